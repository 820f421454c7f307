#!/usr/bin/env bash
# usage: behaviour_test.sh RTSS_BENCH
# shellcheck disable=SC2317   # expect calls the functions
# What the program does around a measurement: load, break, interruption, bad input, files.
set -uo pipefail
# shellcheck source=bench/tests/common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"

short=(-r 3 -l 300)

for command in "semaphore -l 300" "abandon -l 5"; do
  # shellcheck disable=SC2086   # words
  expect "a sample above the break ends $command with exit code 2" exits_with 2 "$bench" $command -r 3 -b 0.001 --json "$directory/break.json"
  expect "the break says thread and CPU" said "in thread"
  expect "the file tells of the break" json break.json "any('broken_off' in t for t in d['thread'].values()) and d['return_code'] == 2"
done

expect "a maximum above the limit gives exit code 2" exits_with 2 "$bench" semaphore "${short[@]}" --fail-above 0.001
expect "a maximum below the limit gives exit code 0" exits_with 0 "$bench" semaphore "${short[@]}" --fail-above 1e9

expect "a duration replaces the number of runs" exits_with 0 "$bench" semaphore --threads -l 10 -D 3s --json "$directory/long.json"
expect "more than the three least runs fit into it" json long.json "len(d['thread']['0']['typical']) > 3"

expect "it can be measured under load" exits_with 0 "$bench" semaphore --threads "${short[@]}" --load 2 --json "$directory/load.json"
expect "the file tells of the load" json load.json "d['env']['background load'].startswith('2 processes')"

expect "a histogram goes to 100 us where nothing else is said" exits_with 0 "$bench" semaphore --threads "${short[@]}" --histogram
expect "it has rows of whole microseconds" grep -qE '^[0-9]{6}[[:space:]][0-9]' "$directory/out"
expect "to one of 1 us everything else is an overflow" exits_with 0 "$bench" semaphore --threads "${short[@]}" --histogram=1
expect "it has no row above" test "$(grep -cE '^00000[1-9][[:space:]]' "$directory/out")" -eq 0

for arguments in "" "nonsense" "handoff -l -5" "handoff -l 0" "handoff -r 0" "handoff --histogram=-1" "handoff -a 0,1,0" \
  "handoff -a -1" "handoff -p 99" "handoff --no-such-option" "compare /dev/null" "targets --markdown"; do
  # shellcheck disable=SC2086   # words
  expect "wrong usage gives exit code 125" exits_with 125 "$bench" $arguments
done
expect "help is not wrong usage" exits_with 0 "$bench" handoff --help

expect "a contestant that fails gives exit code 1" exits_with 1 env RTSS_LIMITS=objects=100 "$bench" create -r 3 -l 5 --json "$directory/few.json"
expect "the others are measured" json few.json "[t.get('missing', '') == '' for t in d['thread'].values()] == [True, False, False] * 2"
expect "they have all their runs" json few.json "len(d['thread']['0']['typical']) == 3"
expect "the file tells of the limits" json few.json "d['env']['RTSS_LIMITS'] == 'objects=100'"

# Without real-time priority what needs it is not measured, and everything else is: in the whole table, by choice or for
# want of the privilege.
unprivileged=(prlimit --rtprio=0)
[[ $(id -u) -ne 0 ]] || unprivileged+=(setpriv --reuid 65501 --regid 65501 --clear-groups)
chmod 711 "$directory"
mkdir -m 777 "$directory/open"
before=$(find /dev/shm -name "rtss-*-bench-*")
for how in choice want; do
  words=("$bench" targets -p 0)
  if [[ $how = want ]]; then
    "${unprivileged[@]}" test -x "$bench" || { echo "SKIPPED: another user may not run $bench"; continue; }
    words=("${unprivileged[@]}" "$bench" targets)
  fi
  file=open/$how.json
  expect "without real-time priority the table is printed ($how)" exits_with 0 "${words[@]}" -r 1 -l 5 --json "$directory/$file"
  for row in "inversion resolved, threads" "inversion resolved, processes"; do
    expect "$row is not measured ($how)" grep -qE "^$row .*  not measured$" "$directory/out"
  done
  expect "free mutexes are ($how)" grep -qE "^free mutex, take.*  (met|missed)\??$" "$directory/out"
  expect "the file is written ($how)" json "$file" "d['return_code'] == 0"
done
expect "an inversion alone is refused" exits_with 1 "$bench" inversion -p 0
expect "it says why" said "needs real-time priorities"
expect "nothing is left in /dev/shm" test "$(find /dev/shm -name "rtss-*-bench-*")" = "$before"

expect "an unknown ending of a picture is refused" exits_with 125 "$bench" semaphore --plot picture.txt
expect "the refusal names the endings" said "must end in .png or .svg"

expect "a file that is not a result is refused" exits_with 1 "$bench" compare /dev/null /dev/null
expect "the refusal names the file" said "/dev/null: not a result"

expect "a result equals itself" exits_with 0 "$bench" compare "$directory/load.json" "$directory/load.json"
expect "results without a table in common are not equal" exits_with 1 "$bench" compare "$directory/load.json" "$directory/few.json"

# The load's processes may not outlive a bench that is killed.
"$bench" semaphore --threads -D 60s -q --load 2 &
pid=$!
for _ in $(seq 200); do
  children=$(pgrep -P "$pid" | head -2)
  [[ $(wc -w <<<"$children") -lt 2 ]] || break
  sleep 0.05
done
expect "the load runs" test "$(wc -w <<<"$children")" -eq 2
kill -KILL "$pid"
wait "$pid" 2>/dev/null
for child in $children; do
  gone=
  for _ in $(seq 200); do
    [[ -d /proc/$child ]] || { gone=yes; break; }
    sleep 0.05
  done
  expect "the load dies with its parent" test -n "$gone"
done
rm -f "/dev/shm/rtss-$(id -u)-bench-$pid"

# An interrupt ends it with the result so far; the children hear it, too, as from a terminal.
expect "a summary succeeds, whichever peers cannot be measured" exits_with 0 "$bench" summary
expect "a summary names them" said "not measured: "

setsid "$bench" semaphore --threads -l 2000 -D 60s --json "$directory/interrupted.json" >"$directory/out" 2>&1 &
pid=$!
declare -A seen=()   # each run has a process of its own: a fourth means that one at least is over
for _ in $(seq 2000); do
  for child in $(pgrep -P "$pid"); do seen[$child]=yes; done
  [[ ${#seen[@]} -lt 4 ]] || break
done
kill -INT -- "-$pid"
wait "$pid"
expect "an interrupted measurement has a result" json interrupted.json "d['thread']['0']['cycles'] > 0"

# A terminal shows a run's progress while it lasts, and Ctrl-C in the first of all runs leaves what it has found.
expect "progress is shown and an interrupt is not a failure" exits_with 0 "$(dirname "$0")/interrupt_on_terminal.py" \
  '[1-9][0-9]* s, max [1-9][0-9]* us: [^\r]*: clock_nanosleep' "$bench" timer -l 1000000 -r 1 --json "$directory/first.json"
expect "the interrupted run has a result" json first.json "0 < d['thread']['0']['cycles'] < 1000000 and len(d['thread']['0']['typical']) == 1"
expect "those that have not run have none" json first.json "all('stopped' in d['thread'][t]['missing'] for t in '12')"

exit "$((failures > 0))"
