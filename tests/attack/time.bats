# bats file_tags=attack
# False clocks, and waits that are interrupted without a signal.

load common

@test "a preloaded clock that lies, and sleeps that fail, end no sleep and no wait early" {
  run env LD_PRELOAD="$FALSE_CLOCK" "$ACTOR" c-library
  [[ $output == "1 s, error 22" ]]   # it does lie
  for call in sleep sleep-ft wait wait-ex wait-any wait-all wait-mutex wait-self timer; do
    run env LD_PRELOAD="$FALSE_CLOCK" "$ACTOR" "$call" 120
    echo "$call: $output"
    [[ $output == *"in time" ]]
  done
}

@test "a refused sleep is no finished one" {
  need_filters
  for error in 1 22 38; do
    run "$ACTOR" deny clock_nanosleep "$error" -- sleep 120
    [[ $output == *"in time" ]]
  done
}

# begin NAME COMMAND...: in the background. NAME.pid is its pid, NAME.end at last its exit status and how long it took.
begin() {
  local name=$1
  shift
  (
    exec 3>&-
    begun=${EPOCHREALTIME/./}
    "$@" >"$work/$name.out" 2>&1 </dev/null &
    echo $! >"$work/$name.pid"
    status=0
    wait $! || status=$?
    echo "$status $(((${EPOCHREALTIME/./} - begun) / 1000))" >"$work/$name.end"
  ) &
  peers+=("$!")
  await test -s "$work/$name.pid"
  pid=$(<"$work/$name.pid")
  peers+=("$pid")
}

# asleep PID: in futex, futex_waitv or clock_nanosleep, by their numbers on x86-64 and elsewhere.
asleep() { [[ $(cut -d ' ' -f 1 "/proc/$1/syscall") =~ ^(202|449|230|98|115)$ ]]; }

# What blocks, each with the exit status that its time-out has. None ends before it.
ms=2000
each_blocking_call() {
  local disturb=$1 name round
  local -A expected=()
  need grep -q . /proc/self/syscall
  start holder "$ACTOR" own held
  holder=$pid
  await says holder owned
  "$RTSS" event create never
  "$RTSS" sem create none
  for name in sleep sleep-ft wait wait-ex wait-any wait-all wait-mutex wait-self timer; do
    begin "$name" "$ACTOR" "$name" "$ms"
    expected[$name]=0
  done
  begin rtss-wait "$RTSS" wait -w "$((ms / 1000))" never none
  begin rtss-wait-all "$RTSS" wait --all -w "$((ms / 1000))" never none
  begin rtss-sem "$RTSS" sem wait -w "$((ms / 1000))" none
  begin rtss-lock "$RTSS" lock -w "$((ms / 1000))" held -- true
  for name in rtss-wait rtss-wait-all rtss-sem rtss-lock; do expected[$name]=75; done
  begin python env PYTHONPATH="$PYTHON_BINDING" LD_LIBRARY_PATH="${LIBRARY%/*}" python3 -c "
import rtss
assert not rtss.Event.open('never').wait($ms / 1000)"
  expected[python]=0
  for round in 1 2 3; do
    for name in "${!expected[@]}"; do
      pid=$(<"$work/$name.pid")
      until asleep "$pid" || [[ -e $work/$name.end ]]; do sleep 0.01; done
      # On a loaded machine its time may be over.
      "$disturb" "$pid" || await test -e "$work/$name.end"
    done
  done
  for name in "${!expected[@]}"; do
    await test -s "$work/$name.end"
    echo "$name: $(<"$work/$name.end"); $(<"$work/$name.out")"
    read -r status took <"$work/$name.end"
    [[ $status -eq ${expected[$name]} && $took -ge $ms ]]
    [[ $(<"$work/$name.out") != *"too early"* ]]
  done
  finish "$holder"
}

traced() {
  local result=0
  "$ACTOR" trace "$1" || result=$?
  [[ $result -ne 77 ]] || skip "tracing is not permitted here"
  return "$result"
}
@test "a tracer that comes and goes ends no blocking call" {
  each_blocking_call traced
}

is_stopped_or_over() { [[ ! -e /proc/$1/status ]] || grep -q '^State:[[:space:]]*[TZX]' "/proc/$1/status"; }
stopped() { kill -STOP "$1" && await is_stopped_or_over "$1" && kill -CONT "$1"; }
@test "a stop and a continuation end no blocking call" {
  each_blocking_call stopped
}

# A control group that can be frozen, of version 2 or 1. $group is it.
make_group() {
  for group in /sys/fs/cgroup/rtss-attack-$$ /sys/fs/cgroup/freezer/rtss-attack-$$; do
    mkdir "$group" 2>/dev/null || continue
    [[ ! -e $group/cgroup.freeze && ! -e $group/freezer.state ]] || return 0
    rmdir "$group"
  done
  skip "no control group can be frozen here"
}
is_frozen() { grep -qsx "frozen 1" "$group/cgroup.events" || grep -qsx FROZEN "$group/freezer.state"; }
frozen() {
  local file=$group/cgroup.freeze words=(1 0)
  if [[ ! -e $file ]]; then file=$group/freezer.state words=(FROZEN THAWED); fi
  echo "$1" >"$group/cgroup.procs" || return 1
  echo "${words[0]}" >"$file"
  local frozen=false
  for _ in {1..1000}; do
    if is_frozen; then frozen=true; break; fi
    sleep 0.01
  done
  echo "${words[1]}" >"$file"   # in any case: what is frozen cannot even be killed
  "$frozen"
}
@test "a control group that is frozen and thawed ends no blocking call" {
  make_group
  each_blocking_call frozen
}
