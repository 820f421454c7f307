# bats file_tags=attack
# Descriptors, limits, filters and users.

load common

@test "no file of the library is ever descriptor 0, 1 or 2" {
  "$ACTOR" standard 2>&-
  "$ACTOR" standard >&-
  "$ACTOR" standard <&-
  "$ACTOR" standard <&- >&- 2>&-
  fails grep -qa overwritten "$file"
}

@test "a message of the library's goes into no file when standard error is closed" {
  need unshare --pid --fork --mount-proc true
  owner
  unshare --pid --fork --mount-proc sh -c "'$ACTOR' own m 2>&- </dev/null" || true
  owner_is_untouched
}

@test "a message of the tool's goes into no file when its output is closed" {
  owner
  "$RTSS" ls >&- 2>&- || true
  "$RTSS" event create e >&- 2>&- || true
  "$RTSS" shm create s 4096 <&- >&- 2>&- || true
  owner_is_untouched
}

@test "beyond the limit on the size of files there is no room, and the limit is named" {
  for trap in "" "trap '' XFSZ;"; do
    run bash -c "$trap ulimit -f 100; exec '$ACTOR' own m </dev/null"
    [[ $status -eq 1 && $output == *RLIMIT_FSIZE*"error 8" ]]
    [[ ! -e $file ]]
  done
  "$ACTOR" own m </dev/null
  for trap in "" "trap '' XFSZ;"; do
    run bash -c "$trap ulimit -f 100; exec '$ACTOR' shm s 1000000"
    [[ $status -eq 1 && $output == *"1000000 bytes"*RLIMIT_FSIZE*"error 8" ]]
    run bash -c "$trap ulimit -f 100; exec '$ACTOR' shm s 50000"
    [[ $status -eq 0 && $output == mapped ]]
  done
}

@test "a filter that refuses a call is named, not the kernel's age" {
  need_filters
  for error in 1 38; do
    run "$ACTOR" deny futex_waitv "$error" -- own m </dev/null
    [[ $output == *"seccomp filter"*"error 1306" && $output != *"too old"* ]]
    run "$ACTOR" deny membarrier "$error" -- own m </dev/null
    [[ $output == *"membarrier"*"seccomp"*"error 1306" ]]
    run "$ACTOR" deny get_robust_list "$error" -- own m </dev/null
    [[ $output == *"get_robust_list"*"seccomp"*"error 1306" ]]
  done
}

@test "the order of threads needs no call that isolated processors refuse" {
  need_filters
  run "$ACTOR" deny membarrier 22 1 -- own m </dev/null   # MEMBARRIER_CMD_GLOBAL, EINVAL
  [[ $output == $'owned\nreleased' ]]
}

@test "a reaper goes on where the kernel has no memory for its sleep" {
  need_filters
  start survivor "$ACTOR" attach deny futex_waitv 12 -- own other
  survivor=$pid
  await says survivor owned
  sleep 0.3   # its reaper has been refused by now
  owner
  kill_hard "$owner"
  [[ $("$ACTOR" own m </dev/null) == $'owned\nreleased' ]]
  finish "$survivor"
  says survivor released
}

@test "without a pthread key left a first call fails and says so" {
  run "$ACTOR" keys m </dev/null
  [[ $status -eq 1 && $output == *"pthread keys"*"error 8" ]]
}

@test "a program with a thousand kilobytes of static thread-local storage can use the library" {
  run "$ACTOR_WITH_STORAGE" own m </dev/null
  [[ $output == $'owned\nreleased' ]]
}

@test "the library's thread-local storage needs no alignment above 16" {
  command -v readelf >/dev/null || skip "no readelf"
  local alignment
  alignment=$(readelf -lW "$LIBRARY" | awk '$1 == "TLS" { print $NF }')
  [[ -n $alignment && $((alignment)) -le 16 ]]
}

@test "a bad handle in a program that never used the library makes no file and no thread" {
  run "$ACTOR" bad-handles
  [[ $output == "1 threads" ]]
  [[ ! -e $file ]]
}

@test "shared memory belongs to the owner of its namespace, or is refused" {
  [[ $(id -u) -eq 0 ]] || skip "needs root"
  need "$ACTOR" change-user 65534 bad-handles
  # Dropped after the first call: it cannot be given to the owner.
  run "$ACTOR" attach change-user 65534 shm s 4096
  [[ $status -eq 1 && $output == *"changed its user"*"error 5" ]]
  run "$ACTOR" open-shm s
  [[ $output == "error 2" ]]
  # What a peer made is the owner's, and peers open it.
  start maker "$ACTOR" attach shm s 4096
  wait "$pid"
  says maker mapped
}
