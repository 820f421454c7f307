#!/usr/bin/env bash
# usage: live_test.sh RTSS_BENCH
# shellcheck disable=SC2317   # expect and await call the functions
# --live: in a terminal (tmux), at several sizes, with its keys, and whatever ends it.
set -uo pipefail
# shellcheck source=bench/tests/common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
command -v tmux >/dev/null || { echo "SKIPPED: no tmux"; exit 77; }
sessions=0 socket=
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$directory"' EXIT

pane() { tmux -L "$socket" capture-pane -p; }
pane_has() { pane | grep -qE -- "$1"; }
keys() { tmux -L "$socket" send-keys "$@"; }
fits() { [[ $(pane | awk '{ if (length($0) > most) most = length($0) } END { print most + 0 }') -le $1 ]]; }
await() { # await WHAT COMMAND...: within a minute
  local what=$1 end=$((SECONDS + 60))
  shift
  while ((SECONDS < end)); do
    "$@" && return
    sleep 0.1
  done
  echo "not so within a minute: $what" >&2
  pane >&2
  failures=$((failures + 1))
}
# start COLUMNS ROWS ARGUMENTS: rtss-bench in a terminal of that size; then its exit code, and the terminal's state.
start() {
  [[ -z $socket ]] || tmux -L "$socket" kill-server
  socket=rtss-bench-live-$$-$((++sessions))   # the old server may still be ending
  tmux -L "$socket" -f /dev/null new-session -d -x "$1" -y "$2" -c "$directory" \
    "$bench $3; echo ended with \$?; stty -a | tr ' ' '\n' | grep -xE '.?(icanon|echo);?' | tr '\n' ' '; cat"
}
program() { pgrep -P "$(tmux -L "$socket" list-panes -F '#{pane_pid}')" -x rtss-bench; }
said_there() { tmux -L "$socket" capture-pane -p -S - | grep -qE -- "$1"; }   # also above the screen
is_given_back() { pane_has "^(icanon echo|echo icanon)"; }
# Samples of the contestant whose row begins so.
samples() { pane | awk -v row="^[ >][*] $1" '$0 ~ row { print $(NF - 3); exit }'; }

endless=(timer --live -l 1000000 -r 1)

start 80 24 "${endless[*]} --json r.json"
await "the title is shown" pane_has "^Wake-up of a periodic timer"
await "samples are counted, with p50, p99 and max" pane_has '^>\* clock_nanosleep.* [1-9][0-9]* +[0-9.]+ +[0-9.]+ +[1-9][0-9.]*$'
await "there is a histogram" pane_has '^(from|above) [0-9.]+ us +[1-9][0-9]*  #+$'
expect "it fits the terminal" fits 80
before=$(samples clock_nanosleep)
more() { [[ $(samples clock_nanosleep) -gt ${before:-0} ]]; }
await "the picture follows without a key" more

# Where it runs: the thread that draws may not use the CPU of the measurement, which is the last one.
if [[ $(nproc) -gt 1 ]]; then
  pid=$(program)
  measured=$(taskset -pc $$ | sed 's/.*[-, ]//')
  drawer=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 ! -name "$pid" | head -1)
  expect "there is a thread that draws" test -n "$drawer"
  allowed=$(awk '/^Cpus_allowed_list/ { print $2 }' "$drawer/status")
  expect "it stays off the measured CPU $measured: $allowed" test "$(grep -cE "(^|[-,])$measured\$" <<<"$allowed")" -eq 0
  expect "the picture says so" pane_has "this picture: CPUs? $allowed"
else
  expect "the picture says that it shares the CPU" pane_has "this picture: CPU 0, SCHED_IDLE"
fi

keys s
if command -v gnuplot >/dev/null; then
  await "s saves a picture" pane_has '^saved rtss-bench-[0-9-]+\.png'
  expect "it is a .png" test "$(head -qc 4 "$directory"/rtss-bench-*.png | tail -c 3)" = PNG
else
  await "without gnuplot it says what is missing" pane_has '^gnuplot is not installed'
fi
keys Tab
await "Tab shows the next histogram" pane_has '^>  rtapi timer'
tmux -L "$socket" resize-window -x 40 -y 8
narrow() { fits 40 && [[ $(pane | wc -l) -eq 8 ]] && pane_has '^Wake-up'; }
await "it follows a change of size" narrow
tmux -L "$socket" resize-window -x 2 -y 1
tmux -L "$socket" resize-window -x 100 -y 30
await "and survives a tiny one" pane_has '^Wake-up of a periodic timer'
keys q
await "q ends it" pane_has "^ended with 0"
await "the table is printed" said_there "^clock_nanosleep.* 1\.00$"
await "the terminal is as before" is_given_back
expect "the result has what was measured" json r.json "0 < d['thread']['0']['cycles'] < 1000000"
expect "and where the picture was drawn" json r.json "'CPU' in d['env']['live picture']"

start 80 24 "semaphore --threads --live -r 3 -l 200 -b 0.001"
await "what is said meanwhile is said at its end" said_there "^rtss-bench: rtapi semaphore took"
await "with the exit code of a break" pane_has "^ended with 2"

start 80 24 "${endless[*]}"
await "it measures" pane_has '^>\* clock_nanosleep.* [1-9][0-9]* '
pid=$(program)
kill -TERM "$pid"
kill -TERM "$pid"
await "two signals end it, at once or with what it has" pane_has "^ended with (0|143)"
await "the terminal is given back" is_given_back
rm -f "/dev/shm/rtss-$(id -u)-bench-$pid"

expect "without a terminal it is refused" exits_with 125 "$bench" semaphore --live
expect "it says what it needs" said "rtss-bench: --live: standard input and output must be a terminal"

exit "$((failures > 0))"
