#!/usr/bin/env bats
# rtss lock, try and mutex: a script and a C program keep each other out, whatever signal comes, whichever process dies.
load use_common

# ---- what it runs, and what it exits with

@test "lock runs its command while it owns the mutex, and not longer" {
  code 75 rtss lock m -- "$RTSS" try m
  [[ $output == "pid "*" (rtss)" ]]
  code 0 rtss try m
  [[ -z $output ]]
}

@test "lock exits with what its command exited with" {
  for expected in 0 1 2 42 75 124 255; do code "$expected" rtss lock m -- sh -c "exit $expected"; done
}

@test "lock exits with 128 + N when signal N ended its command" {
  for signal in 1 2 3 6 9 14 15 34; do code $((128 + signal)) rtss lock m -- sh -c "kill -$signal \$\$"; done
}

@test "lock exits with 126 and 127 when its command cannot be run" {
  code 127 rtss lock m -- "$work/missing"
  [[ $output == *"$work/missing\": cannot be run: No such file"* ]]
  code 127 rtss lock m -- no-such-command-anywhere
  touch "$work/plain"
  code 126 rtss lock m -- "$work/plain"
  [[ $output == *"Permission denied"* ]]
  code 126 rtss lock m -- "$work"
  is_free m
}

@test "lock exits with 125 and runs nothing when it is used wrongly" {
  local ran="$work/ran"
  code 125 rtss lock
  code 125 rtss lock m
  [[ $output == *"rtss lock NAME CMD"* ]]
  code 125 rtss lock --wiat 3 m -- touch "$ran"
  [[ $output == *'unknown option "--wiat"; see rtss lock --help'* ]]
  code 125 rtss lock -w nan m -- touch "$ran"
  code 125 rtss lock -E 256 m -- touch "$ran"
  code 125 rtss lock -w -1 m -- touch "$ran"
  code 125 rtss lock -w soon m -- touch "$ran"
  code 125 rtss lock -n -w 1 m -- touch "$ran"
  code 125 rtss lock --on-abandoned=maybe m -- touch "$ran"
  code 125 rtss lock --hold m -- touch "$ran"
  code 125 rtss lock 'a\b' -- touch "$ran"
  [[ $output == *'"a\b": RtCreateMutex failed: '*ERROR_INVALID_NAME* ]]
  code 125 rtss lock "$(printf 'x%.0s' {1..260})" -- touch "$ran"
  code 125 rtss lock '' -- touch "$ran"
  rtss event create e
  code 125 rtss lock e -- touch "$ran"
  [[ $output == *"another kind of object"* ]]
  [[ ! -e $ran ]]
}

@test "a name may begin with a dash, behind a -- of its own" {
  code 75 rtss lock -w 5 -- -dash -- "$RTSS" try -- -dash
  code 3 rtss lock --why 'a word' m -- sh -c 'exit 3' -- x
  code 125 rtss lock -n -- true
  [[ $output == *"no command to run"* ]]
}

@test "lock hands its command's words over as they are" {
  code 0 rtss lock m -- printf '<%s>' 'a b' -n '*' '' -- --hold
  [[ $output == '<a b><-n><*><><--><--hold>' ]]
}

@test "lock leaves its command's standard streams and environment alone" {
  run bash -c 'echo in | FOO=bar "$RTSS" lock m -- sh -c "cat; echo \$FOO; echo err >&2" 2>/dev/null'
  [[ $output == $'in\nbar' ]]
}

@test "the command sees which lock it owns, and no word of abandonment" {
  RTSS_ABANDONED=1 code 0 rtss lock 'Global\m/1 x::ä' -- sh -c 'echo "$RTSS_LOCK_NAME,${RTSS_ABANDONED-unset}"'
  [[ $output == "m/1 x::ä,unset" ]]
}

@test "the prefix Global\\ makes no other name" {
  code 75 rtss lock 'Global\m' -- "$RTSS" try m
  code 75 rtss lock m -- "$RTSS" try 'Global\m'
}

@test "the command has the scheduling that rtss was started with" {
  chrt -f 30 true 2>/dev/null || skip "needs real-time privilege (RLIMIT_RTPRIO)"
  code 0 chrt -f 30 "$RTSS" lock m -- sh -c 'chrt -p $$'
  [[ $output == *SCHED_FIFO*"priority: 30" ]]
  code 0 rtss lock m -- sh -c 'chrt -p $$'
  [[ $output == *SCHED_OTHER* ]]
}

# ---- waiting

@test "lock waits for a C program, and a C program for it" {
  owner m
  start locked "$RTSS" lock m -- sh -c 'echo runs; read -r _'
  locked=$pid
  await waiters m 1
  [[ ! -s $work/locked ]]
  finish "$owner"
  await says locked runs
  start next "$USE_PEER" own m
  next=$pid
  await waiters m 1
  [[ ! -s $work/next ]]
  finish "$locked"
  await says next owned
  finish "$next"
}

@test "lock -n does not wait: 75, or what -E says" {
  owner m
  code 75 rtss lock -n m -- touch "$work/ran"
  [[ $output == *'"m": held by another; nothing was run'* ]]
  code 75 rtss lock -n --hold m
  [[ $output == *'"m": held by another' ]]
  code 9 rtss lock -n -E 9 m -- touch "$work/ran"
  code 0 rtss lock -n -E 0 m -- touch "$work/ran"
  [[ ! -e $work/ran ]]
  finish "$owner"
  code 0 rtss lock -n m -- true
}

@test "lock -w gives up after its time: 75, or what -E says" {
  owner m
  code 75 rtss lock -w 0.05 m -- touch "$work/ran"
  code 75 rtss lock -w 0 m -- touch "$work/ran"
  code 11 rtss lock -w 0.05 -E 11 m -- touch "$work/ran"
  [[ ! -e $work/ran ]]
  waiters m 0
  finish "$owner"
  code 0 rtss lock -w 60 m -- true
}

@test "try prints the holder and why, and changes nothing" {
  start held "$RTSS" lock --why "nightly run" m -- sh -c 'echo runs; read -r _'
  held=$pid
  await says held runs
  code 75 rtss try m
  [[ $output == "pid $held (rtss, runs sh): nightly run" ]]
  [[ $(rtss ls -nr -o OWNER) == "$held/$held/sh" ]]
  rtss ls -J | grep -A 2 '"comm": "rtss"' | grep -q '"runs": "sh"'
  code 75 rtss try -q m
  [[ -z $output ]]
  [[ $("$USE_OBSERVE" handles m) == 1 ]]
  finish "$held"
  owner m
  code 75 rtss try m
  [[ $output == "pid $owner (use_peer)" ]]
}

@test "try finds a mutex free that has no owner, does not exist, or whose owner died" {
  code 0 rtss try m
  [[ ! -e /dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE ]]   # and it made no namespace
  keeper m
  code 0 rtss try m
  code 0 rtss try other
  start owner "$USE_PEER" own m
  await says owner owned
  kill -STOP "${peers[0]}"   # no process sweeps
  kill_hard "$pid"
  code 0 rtss try m
  kill -CONT "${peers[0]}"
}

@test "try says what it cannot tell" {
  rtss event create e
  code 125 rtss try e
  [[ $output == *"an event, which has no owner"* ]]
  RTSS_NAMESPACE='no/name' code 125 rtss try m
  for name in 'a\b' "$(printf 'x%.0s' {1..300})" $'\xff'; do
    code 125 rtss try "$name"
    code 125 rtss lock "$name" -- true
  done
  code 125 rtss try
}

# ---- abandonment

@test "the next owner is notified that the last one died" {
  keeper m
  owner m
  kill_hard "$owner"
  code 0 rtss lock m -- sh -c 'echo "abandoned=$RTSS_ABANDONED"'
  [[ $output == *'"m": abandoned: its last owner died while it owned it'* && $output == *abandoned=1* ]]
  code 0 rtss lock m -- sh -c 'echo "abandoned=${RTSS_ABANDONED-no}"'
  [[ $output == abandoned=no ]]
}

@test "lock --on-abandoned=run says nothing, but the command sees it" {
  keeper m
  owner m
  kill_hard "$owner"
  code 0 rtss lock --on-abandoned=run m -- sh -c 'echo "abandoned=$RTSS_ABANDONED"'
  [[ $output == abandoned=1 ]]
}

@test "lock --on-abandoned=fail exits with 76, runs nothing, and leaves it abandoned" {
  keeper m
  owner m
  kill_hard "$owner"
  for _ in 1 2; do
    code 76 rtss lock --on-abandoned=fail m -- touch "$work/ran"
    [[ $output == *"--on-abandoned=run"* ]]
  done
  [[ ! -e $work/ran ]]
  run "$USE_PEER" take m
  [[ $output == abandoned ]]
  code 0 rtss lock --on-abandoned=fail m -- true
}

@test "a C program is notified that rtss lock was killed" {
  keeper m
  start locked "$RTSS" lock m -- sh -c 'echo runs; read -r _'
  locked=$pid
  await says locked runs
  start next "$USE_PEER" own m
  await waiters m 1
  kill_hard "$locked"
  await says next abandoned
}

@test "a mutex made to stay notifies a later owner of a death" {
  code 0 rtss mutex create m
  owner m
  kill_hard "$owner"
  code 0 rtss lock m -- sh -c 'echo "abandoned=$RTSS_ABANDONED"'
  [[ $output == *abandoned=1* ]]
  code 75 rtss mutex create -x m
  code 0 rtss remove m
  [[ $("$USE_OBSERVE" handles m) == none ]]
}

# ---- signals

catchable() {
  local number
  for number in {1..64}; do
    case $number in 9 | 19 | 32 | 33) ;; *) echo "$number" ;; esac
  done
}

@test "every catchable signal reaches the command, which goes on under the lock" {
  start locked "$RTSS" lock m -- "$USE_PEER" note-signals "$work/signals"
  locked=$pid
  await says locked ready
  for number in $(catchable); do
    [[ $number -eq 17 ]] && continue   # SIGCHLD tells of children, there is nothing to pass on
    kill "-$number" "$locked"
    await says signals "got $(printf %02d "$number")"
    is_held m
  done
  kill -17 "$locked"
  is_held m
  [[ $(sort "$work/signals" | uniq -d) == "" ]]   # each once
  in_state "$locked" S
  kill -KILL "$(pgrep -P "$locked")"
  ended "$locked" 137
  is_free m
}

@test "whatever signal ends the command: the lock goes after it, not before" {
  local number
  for number in $(catchable); do
    case $number in 17 | 18 | 20 | 21 | 22 | 23 | 28) continue ;; esac   # these end no process
    start "locked.$number" "$RTSS" lock m -- sh -c 'ulimit -c 0; echo $$; read -r _'
    await test -s "$work/locked.$number"
    kill "-$number" "$pid"
    ended "$pid" $((128 + number))
    is_gone "$(cat "$work/locked.$number")"
    is_free m
  done
}

@test "a command that ignores the signal keeps its lock" {
  start locked "$RTSS" lock m -- sh -c 'trap "" TERM INT HUP; echo $$; read -r _'
  locked=$pid
  await test -s "$work/locked"
  kill -TERM "$locked"; kill -INT "$locked"; kill -HUP "$locked"
  is_held m
  fails is_gone "$(cat "$work/locked")"
  finish "$locked"
  is_free m
}

@test "stopped from the terminal, command and rtss stop together and keep the lock" {
  set -m   # a process group of its own, as a shell gives a job
  "$RTSS" lock m -- sh -c 'echo $$; exec sleep 250' >"$work/locked" 3>&- &
  locked=$!
  set +m
  peers+=("$locked")
  await test -s "$work/locked"
  child=$(cat "$work/locked")
  kill -TSTP "$locked"
  await in_state "$child" T
  await in_state "$locked" T
  is_held m
  kill -CONT "$locked"
  await in_state "$child" S
  await in_state "$locked" S
  is_held m
  kill -TERM "$locked"
  ended "$locked" 143
  is_free m
}

@test "killed by force, rtss takes its command along" {
  for _ in 1 2 3 4 5; do
    start locked "$RTSS" lock m -- sh -c 'echo $$; read -r _'
    await test -s "$work/locked"
    kill_hard "$pid"
    await is_gone "$(cat "$work/locked")"
    rm "$work/locked" "$work/locked.in"
  done
}

@test "killed at any moment of its start, rtss leaves no command behind" {
  local i
  for i in $(seq 40); do
    "$RTSS" lock m -- sh -c 'echo $$ >"$0"; read -r _ <"$1"' "$work/pid.$i" "$work/never" 3>&- &
    pid=$!
    [[ -p $work/never ]] || mkfifo "$work/never"
    sleep "0.00$((i / 4))"
    kill_hard "$pid"
    [[ ! -s $work/pid.$i ]] || await is_gone "$(cat "$work/pid.$i")"
  done
  await is_free m
}

@test "while it waits, every deadly signal ends it: nothing is run, nothing taken, nothing abandoned" {
  owner m
  for number in $(catchable); do
    case $number in 17 | 18 | 20 | 21 | 22 | 23 | 28) continue ;; esac
    (ulimit -c 0; exec env --default-signal "$RTSS" lock m -- touch "$work/ran") 3>&- &
    pid=$!
    peers+=("$pid")
    await waiters m 1
    kill "-$number" "$pid"
    ended "$pid" $((128 + number))
    await waiters m 0
  done
  [[ ! -e $work/ran ]]
  keeper m
  finish "$owner"
  run "$USE_PEER" take m
  [[ $output == owned ]]
}

@test "a signal that was ignored before does not end the wait" {
  owner m
  (trap "" HUP; exec "$RTSS" lock m -- echo runs) >"$work/locked" 3>&- &
  locked=$!
  peers+=("$locked")
  await waiters m 1
  kill -HUP "$locked"
  finish "$owner"
  wait "$locked"
  says locked runs
}

@test "a parent that ignores SIGCHLD gets the right exit status all the same" {
  run bash -c 'trap "" CHLD; "$RTSS" lock m -- sh -c "exit 7"'
  [[ $status -eq 7 ]]
}

# ---- hold

@test "lock --hold owns the mutex until its input ends" {
  mkfifo "$work/in"
  "$RTSS" lock --hold --why script m <"$work/in" >"$work/state" 3>&- &
  holder=$!
  peers+=("$holder")
  exec {input}>"$work/in"
  await says state locked
  code 75 rtss try m
  [[ $output == "pid $holder (rtss): script" ]]
  echo "words do not end it" >&"$input"
  is_held m
  exec {input}>&-
  wait "$holder"
  is_free m
}

@test "lock --hold as the documentation shows it: a bash script locks its own rest" {
  run bash -c '
    rtss() { "$RTSS" "$@"; }
    coproc L { rtss lock --hold motion; } 2>/dev/null
    read -r STATE <&"${L[0]}"
    echo "$STATE"
    rtss try -q motion; echo "try $?"
    exec {L[1]}>&-
    wait "$L_PID"; echo "wait $?"
    rtss try -q motion; echo "try $?"'
  [[ $output == $'locked\ntry 75\nwait 0\ntry 0' ]]
}

@test "lock --hold without an input does not wait for its end" {
  run bash -c '"$RTSS" lock --hold m <&-'
  [[ $status -eq 0 && $output == locked ]]
  is_free m
}

@test "lock --hold says that it was abandoned" {
  keeper m
  owner m
  kill_hard "$owner"
  run bash -c '"$RTSS" lock --hold --on-abandoned=run m </dev/null'
  [[ $status -eq 0 && $output == abandoned ]]
}

@test "a signal ends lock --hold, which releases the mutex: it is not abandoned" {
  keeper m
  start holder "$RTSS" lock --hold m
  holder=$pid
  await says holder locked
  kill -TERM "$holder"
  ended "$holder" 143
  run "$USE_PEER" take m
  [[ $output == owned ]]
}

@test "the end of the script ends lock --hold" {
  run bash -c 'coproc L { "$RTSS" lock --hold m; }; read -r S <&"${L[0]}"; echo $S; kill -KILL $$'
  await is_free m
}

# ---- many

@test "try beside flock: the ratio is reported, and nothing depends on it" {
  rtss mutex create m
  echo "# $("$SPAWN_RATIO" 60 "$RTSS" try m -- flock -n "$work/file" true)" >&3
}

@test "scripts and a C program count together and lose nothing (USE_COUNT of each)" {
  local each=${USE_COUNT:-170}
  echo 0 >"$work/number"
  "$USE_PEER" count m "$work/number" "$each" 3>&- &
  peers+=($!)
  for _ in 1 2; do
    (for ((i = 0; i < each; ++i)); do
      "$RTSS" lock m -- sh -c 'read -r n <"$0"; echo $((n + 1)) >"$0"' "$work/number" || exit 1
    done) 3>&- &
    peers+=($!)
  done
  for pid in "${peers[@]}"; do wait "$pid"; done
  [[ $(cat "$work/number") -eq $((3 * each)) ]]
}
