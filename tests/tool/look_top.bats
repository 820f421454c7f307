#!/usr/bin/env bats
# top: in a terminal (tmux), as text, at several sizes, while things change.

load look_common

# in_terminal COLUMNS ROWS COMMAND: starts it in a terminal of that size. Each has a server of its own: one that is
# ending takes new sessions still, and ends them with it.
terminals=0
in_terminal() {
  socket="rtss-look-$$-$BATS_TEST_NUMBER-$((++terminals))"
  tmux -L "$socket" -f /dev/null new-session -d -x "$1" -y "$2" "$3" 3>&-
}
pane() { tmux -L "$socket" capture-pane -p "$@"; }
pane_has() { pane | grep -qF -- "$1"; }
keys() { tmux -L "$socket" send-keys "$@"; }
is_closed() { ! tmux -L "$socket" has-session; }
widest_line() { pane | awk '{ if (length($0) > most) most = length($0) } END { print most + 0 }'; }

chain_and_deadlock() {
  ready_actor level 10 own Lock manual Go sem Units 2 5 shm Data 8192
  actor level 50 wait Lock
  actor own A find B wait B
  actor own B find A wait A
  await cell_is Lock WAITING 1
  await cell_is A WAITING 1
  await cell_is B WAITING 1
}

@test "top at 80x24 shows owners, waiters, boosts and a deadlock" {
  chain_and_deadlock
  in_terminal 80 24 "$RTSS top -d 0.1"
  await pane_has DEADLOCK
  [[ $(pane | wc -l) -eq 24 && $(widest_line) -le 80 ]]
  pane_has "NAME"
  pane | grep -qE "^Lock +mutex owned +${peers[0]} actor +10>50 +1 "
  pane_has "waiter ${peers[1]}/${peers[1]}/actor"
  pane_has "boosts the owner"
  pane | grep -qE "^Units +sem +2/5"
  pane_has "q quit"
  [[ $(pane | sed -n '/DEADLOCK/,/NAME/p' | grep -c actor) -ge 1 ]]
  keys q
  await is_closed
}

@test "top in a wide terminal uses the room, and follows a change of size" {
  chain_and_deadlock
  in_terminal 170 40 "$RTSS top -d 0.1"
  await pane_has CONTENDED
  pane | grep -qE "DEADLOCK [0-9]+/[0-9]+/actor waits for \"[AB]\" of [0-9]+/[0-9]+/actor, which waits for \"[AB]\" of [0-9]+/"
  tmux -L "$socket" resize-window -x 80 -y 12
  narrow() { ! pane_has CONTENDED && [[ $(pane | wc -l) -eq 12 && $(widest_line) -le 80 ]]; }
  await narrow
  await pane_has "1-"  # not everything fits
  keys Down Down
  await pane_has "3-"
  keys Home
  await pane_has "1-"
  keys q
  await is_closed
}

@test "top in a tiny terminal neither fails nor overflows" {
  chain_and_deadlock
  in_terminal 12 4 "$RTSS top -d 0.1"
  await pane_has rtss
  tmux -L "$socket" resize-window -x 3 -y 1
  tmux -L "$socket" resize-window -x 90 -y 20
  await pane_has "Lock"
  keys q
  await is_closed
}

@test "top shows what changes, unless it is paused; w hides waiters, s sorts" {
  ready_actor own Lock
  actor wait Lock
  await cell_is Lock WAITING 1
  in_terminal 100 24 "$RTSS top -d 0.1"
  await pane_has "waiter ${peers[1]}"
  keys w
  hidden() { ! pane_has "waiter ${peers[1]}"; }
  await hidden
  keys s
  await pane_has "by worst wait"
  keys p
  await pane_has PAUSED
  actor wait Lock
  await cell_is Lock WAITING 2
  before=$(pane | grep '^Lock')
  keys w
  await pane_has "waiter ${peers[1]}"
  [[ $(pane | grep -c '^ *waiter ') -eq 1 ]]
  keys w p
  two() { pane | grep '^Lock' | grep -qE ' 2 '; }
  await two
  [[ -n $before ]]
  keys q
  await is_closed
}

@test "top says when its namespace is removed, and goes on with the next one" {
  ready_actor own Lock
  in_terminal 100 24 "$RTSS top -d 0.1"
  await pane_has Lock
  kill_hard "$pid"
  rm "$file"
  await pane_has "no such namespace"
  ready_actor own Second
  await pane_has Second
  keys q
  await is_closed
}

@test "top is coloured in a terminal, and not with NO_COLOR" {
  ready_actor own Lock
  actor wait Lock
  await cell_is Lock WAITING 1
  in_terminal 80 24 "$RTSS top -d 0.1"
  await pane_has Lock
  pane -e | grep -q $'\e\\[33m'
  keys q
  await is_closed
  in_terminal 80 24 "NO_COLOR=1 $RTSS top -d 0.1"
  await pane_has Lock
  run ! grep -qE $'\e\\[[0-9;]*3[0-7]m' <(pane -e)
  keys q
  await is_closed
}

@test "top leaves the terminal as it was, also on Ctrl-C" {
  ready_actor own Lock
  in_terminal 80 24 "stty -a >$work/before; $RTSS top; stty -a >$work/after; echo ended; exec sleep 100"
  await pane_has Lock
  keys C-c
  await pane_has ended
  diff "$work/before" "$work/after"
  run ! pane_has "q quit"
}

@test "top -b prints frames as text, with the rate of waits" {
  actor churn Busy
  actor churn Busy
  await cell_is Busy KIND mutex
  code 0 rtss top -b -n 2 -d 0.3
  [[ $(grep -c '^rtss top' <<<"$output") -eq 2 ]]
  # None in the first frame: /SEC stands between WAITED and WORST.
  [[ $(grep -cE '^Busy .* [0-9.]+ +[0-9.]+m?s$' <<<"$output") -eq 1 ]]
  lacks $'\e'
  COLUMNS=40 code 0 rtss top -b -n 1
  [[ $(awk '{ if (length($0) > most) most = length($0) } END { print most }' <<<"$output") -le 40 ]]
}

@test "top refuses what it cannot do with 125" {
  code 125 rtss top -b -n 1 -d nan
  code 125 rtss top -b -n 1
  shows "no such namespace"
  ready_actor own Lock
  code 125 rtss top
  shows "must be a terminal"
  code 125 rtss top -d 0
  code 125 rtss top -n 0
  in_terminal 80 24 "TERM=no-such $RTSS top 2>$work/err; echo \$? >$work/code; exec sleep 100"
  await test -s "$work/code"
  [[ $(cat "$work/code") == 125 ]]
  grep -q "TERM=no-such" "$work/err"
}

@test "top filters by name or owner, and drops the filter with Escape" {
  ready_actor own Lock event Tick manual Go
  in_terminal 80 24 "$RTSS top -d 0.1"
  await pane_has Tick
  keys F l o c
  lacks() { ! pane_has "$1"; }
  await lacks Tick
  pane_has Lock
  keys Escape
  await pane_has Tick
  keys q
  await is_closed
}

@test "top searches for text, marks the rows that have it, and goes from one to the next" {
  ready_actor event 1x event 2y event 3x event 4y event 5x event 6y event 7x event 8y event 9x
  in_terminal 80 10 "NO_COLOR=1 $RTSS top -d 0.1"
  await pane_has "1-6 of 9"
  marked() { [[ $(pane -e | grep -c $'^\e[^a-z]*7m[0-9]') -eq $1 ]]; }
  keys / 8
  await pane_has "/8_"
  await marked 1
  pane_has 4y   # no row below it is missing for it
  keys BSpace x
  await marked 3
  keys Enter n   # behind the last one comes the first
  await pane_has "1-6 of 9"
  keys n
  await pane_has "3-8 of 9"
  keys / Escape
  await marked 0
  keys q
  await is_closed
}

@test "top helps with h: every key that it obeys, as in --help" {
  ready_actor own Lock
  in_terminal 80 24 "$RTSS top -d 0.1"
  await pane_has Lock
  keys h
  await pane_has "sort by trouble"
  run ! pane_has Lock
  rtss top --help | sed -n '/^Keys:/,/^$/p' | sed '1d; $d' >"$work/keys"
  [[ $(wc -l <"$work/keys") -ge 10 ]]
  while read -r line; do pane_has "$line"; done <"$work/keys"
  keys q   # leaves the help only
  await pane_has Lock
  keys '?'
  await pane_has "sort by trouble"
  keys x
  await pane_has Lock
  keys q
  await is_closed
}

@test "top shows a tree with t: owners, below them their mutexes, below them their waiters" {
  chain_and_deadlock
  in_terminal 100 40 "$RTSS top -d 0.1"
  await pane_has "Units"
  keys t
  await pane_has "without an owner"
  pane >"$work/tree"
  grep -A 2 "^${peers[0]}/${peers[0]}/actor  level 10>50" "$work/tree" >"$work/branch"
  sed -n 2p "$work/branch" | grep -qE '^  Lock +mutex owned'
  sed -n 3p "$work/branch" | grep -q "^   waiter ${peers[1]}/${peers[1]}/actor"
  grep -A 1 "^${peers[2]}/${peers[2]}/actor  level" "$work/tree" | grep -q "owner ${peers[2]}/.* waits for \"B\""
  [[ $(sed -n '/^without an owner/,$p' "$work/tree" | grep -cE '^  (Go|Units|Data) ') -eq 3 ]]
  keys t
  flat() { ! pane_has "without an owner"; }
  await flat
  keys q
  await is_closed
}

@test "top --tree has one branch for each thread that owns, the threads of a process together" {
  ready_actor own A own B
  ready_actor own C
  code 0 rtss top -b -n 1 --tree
  [[ $(grep -cE "^(${peers[0]}|${peers[1]})/" <<<"$output") -eq 2 ]]
  [[ $(grep -A 2 "^${peers[0]}/" <<<"$output" | grep -cE '^  [AB] ') -eq 2 ]]
  [[ $(grep -A 1 "^${peers[1]}/" <<<"$output") == *"  C "* ]]
}

@test "top leaves out what has no name, but not a mutex that is owned; a and -a show it" {
  ready_actor anonymous handler
  ready_actor own Lock
  code 0 rtss top -b -n 1 -a
  [[ $(grep -c '^#' <<<"$output") -gt 1 ]]
  code 0 rtss top -b -n 1
  [[ $(grep -c '^#' <<<"$output") -eq 1 ]]
  grep -qE '^#[0-9]+ +mutex owned' <<<"$output"
  # "rtss lock" waits for an event of its own, too.
  rtss lock -w 60 Lock true 3>&- &
  peers+=($!)
  await cell_is Lock WAITING 1
  code 0 rtss top -b -n 1
  lacks " event "
  in_terminal 80 24 "$RTSS top -d 0.1"
  await pane_has Lock
  run ! pane_has " event "
  keys a
  await pane_has " event "
  keys q
  await is_closed
}

@test "top starts with a filter" {
  ready_actor own Lock event Tick
  code 0 rtss top -b -n 1 -F lOc
  shows Lock
  lacks Tick
}
