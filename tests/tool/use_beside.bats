#!/usr/bin/env bats
# What docs/other-tools.md says of a held mutex beside tools that stop, raise, fake or fork processes.
load use_common

needs() { command -v "$1" >/dev/null || skip "needs $1 ($2)"; }
runs_at() { [[ $(chrt -p "$1" 2>/dev/null | tail -1) == *" $2" ]]; }   # PID PRIORITY; 0 is the ordinary policy

@test "a stopped owner stays the owner, and its waiter times out" {
  owner m
  kill -STOP "$owner"
  await in_state "$owner" T
  code 75 rtss lock -w 0.05 m -- true
  is_held m
  kill -CONT "$owner"
  finish "$owner"
  code 0 rtss lock -n m -- true
}

@test "cpulimit stops the command of an owner, which stays the owner" {
  needs cpulimit cpulimit
  start busy "$RTSS" lock m -- sh -c 'echo runs; while :; do :; done'
  await says busy runs
  local child
  child=$(cat "/proc/$pid/task/$pid/children")
  cpulimit --pid "${child% }" --limit 1 >/dev/null 2>&1 3>&- &
  peers+=($!)
  await in_state "${child% }" T
  code 75 rtss lock -n m -- true
}

@test "docker pause stops an owner, which stays the owner; a killed container is not" {
  needs docker docker.io
  docker info >/dev/null 2>&1 || skip "needs a daemon of docker"
  need_root
  local library
  container="rtss-$RTSS_NAMESPACE"   # and its image; removed by teardown
  mkdir -p "$work/image/dev/shm" "$work/image/proc"
  cp "$RTSS" "$work/image/rtss"
  for library in $(ldd "$RTSS" | grep -o '/[^ ]*'); do
    install -D -m 755 "$library" "$work/image/lib/$(basename "$library")"
  done
  install -D -m 755 "$(ldd "$RTSS" | grep -o '/[^ ]*/ld-linux[^ ]*')" "$work/image/lib/loader"
  tar -C "$work/image" -c . | docker import - "$container" >/dev/null
  docker run --detach --interactive --name "$container" --network none --pid host --ipc host \
    --env RTSS_NAMESPACE "$container" /lib/loader --library-path /lib /rtss lock --hold m >/dev/null
  code 0 rtss mutex create m
  await is_held m
  docker pause "$container" >/dev/null
  code 75 rtss lock -w 0.05 m -- true
  is_held m
  docker kill "$container" >/dev/null
  code 0 rtss lock m -- sh -c 'echo "abandoned=$RTSS_ABANDONED"'
  [[ $output == *abandoned=1* ]]
}

# A waiter at level 30 has boosted the owner; COMMAND... sets it to 10.
set_while_boosted() {
  chrt -f 30 true || skip "needs real-time privilege"
  owner m
  start waiter chrt -f 30 "$USE_PEER" own m
  await runs_at "$owner" 30
  "$@"
  runs_at "$owner" 10
  kill_hard "$pid"
  await waiters m 0
  runs_at "$owner" 10
  finish "$owner"
}

@test "chrt sets the priority of a boosted owner at once, and the boost's end leaves it" {
  needs chrt util-linux
  by_chrt() { chrt -f -p 10 "$owner"; }
  set_while_boosted by_chrt
}

@test "tuna does the same" {
  needs chrt util-linux
  needs tuna tuna
  by_tuna() { tuna --threads="$owner" --priority=FIFO:10; }
  set_while_boosted by_tuna
}

@test "faketime fakes no time-out" {
  needs faketime faketime
  owner m
  local begin end
  begin=$(awk '{ print int($1 * 100) }' /proc/uptime)
  code 75 faketime -f '+400d x1000' "$RTSS" lock -w 0.5 m -- true
  end=$(awk '{ print int($1 * 100) }' /proc/uptime)
  [[ $((end - begin)) -ge 49 ]]
  finish "$owner"
}

@test "valgrind does not know futex_waitv: the first call fails, and the library says so" {
  needs valgrind valgrind
  code 125 valgrind -q --tool=none "$RTSS" lock m -- touch "$work/ran"
  [[ $output == *futex_waitv* ]]
  [[ ! -e $work/ran ]]
}

@test "flock: a child of a killed sub-shell keeps the lock; rtss lock: the command ends, and the mutex is free" {
  needs flock util-linux
  ( flock 9; sleep 300 & echo $! >"$work/child"; wait ) 9>"$work/lock" 3>&- &
  await test -s "$work/child"
  peers+=("$(cat "$work/child")")
  kill_hard $!
  code 1 flock -n "$work/lock" true
  start locked "$RTSS" lock m -- sh -c 'echo $$; sleep 300'
  await test -s "$work/locked"
  kill_hard "$pid"
  await is_gone "$(cat "$work/locked")"
  code 0 rtss lock -n m -- true
}
