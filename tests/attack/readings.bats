# bats file_tags=attack
# A reading is denied or false while an owner lives: no process becomes a second owner, unlinks or overwrites.

load common

# denied EXPECTED SCRIPT: a newcomer in mounts that SCRIPT makes ("held", or "error N"), then the owner is looked at.
denied() {
  need_mounts
  owner
  run in_own_mounts "$2; exec '$ACTOR' own m </dev/null"
  echo "$output"
  mounted
  [[ $output == *"$1"* ]]
  owner_is_untouched
}

@test "a /proc with processes only, as ProcSubset=pid makes it, still attaches" {
  denied held "mount -t proc -o subset=pid proc /proc || exit 9; test ! -e /proc/sys || exit 9"
}

@test "a covered boot id changes nothing in memory" {
  denied held "echo 00000000-0000-0000-0000-000000000000 >'$work/id'; mount --bind '$work/id' /proc/sys/kernel/random/boot_id || exit 9"
}

@test "without /proc a program is refused and told why" {
  denied "error 1306" "mount -t tmpfs none /proc || exit 9"
  [[ $output == *"cannot tell its PID namespace"* ]]
}

@test "a PID namespace of its own is refused, with its own /proc" {
  need unshare --pid --fork --mount-proc true
  owner
  run unshare --pid --fork --mount-proc "$ACTOR" own m </dev/null
  [[ $output == *"another PID namespace"*"error 1306"* ]]
  owner_is_untouched
}

@test "a PID namespace of its own is refused, with its parent's /proc, and with none of its boot id" {
  need unshare --pid --fork true
  owner
  run unshare --pid --fork "$ACTOR" own m </dev/null
  [[ $output == *"another PID namespace"*"error 1306"* ]]
  run unshare --pid --fork --mount-proc sh -c "mount --bind /dev/null /proc/sys/kernel/random/boot_id; exec '$ACTOR' own m </dev/null"
  [[ $output == *"another PID namespace"*"error 1306"* ]]
  owner_is_untouched
}

# On another file system than memory, where a namespace outlives the boot: a folder covers /dev/shm.
need_disk() {
  need_mounts
  mkdir "$work/disk"
  [[ $(stat -f -c %T "$work/disk") != tmpfs ]] || skip "no file system but memory"
}
on_disk() {
  in_own_mounts "mount --bind '$work/disk' /dev/shm || exit 9; $1"
}
boot_id_covered="mount --bind /dev/null /proc/sys/kernel/random/boot_id || exit 9"

@test "on a disk a namespace is neither made nor replaced where the boot id cannot be read" {
  need_disk
  run on_disk "$boot_id_covered; '$ACTOR' own m </dev/null; ls /dev/shm"
  mounted
  [[ $output == *"which boot it is of cannot be told"*"error 1306" ]]
  rm -r "$work/disk"
  mkdir "$work/disk"
  run on_disk "'$ACTOR' own m </dev/null; before=\$(stat -c %i /dev/shm/*); $boot_id_covered; '$ACTOR' own m </dev/null; test \$before = \$(stat -c %i /dev/shm/*) && echo same"
  [[ $output == *"released"*"error 1306"*"same" ]]
}

# other_boot: changes the boot id in the only file of /dev/shm.
other_boot() {
  cat <<SCRIPT
    file=\$(echo /dev/shm/rtss-*)
    offset=\$(grep -abom1 \$(cat /proc/sys/kernel/random/boot_id) \$file | head -1 | cut -d: -f1)
    printf x | dd of=\$file bs=1 seek=\$offset conv=notrunc status=none
SCRIPT
}

@test "on a disk a namespace of an earlier boot is replaced" {
  need_disk
  run on_disk "'$ACTOR' own m </dev/null; $(other_boot); '$ACTOR' own m </dev/null; grep -q \$(cat /proc/sys/kernel/random/boot_id) \$file && echo replaced"
  mounted
  [[ $output == *"owned"*"released"*"owned"*"released"*"replaced" ]]
}

@test "in memory a namespace is of this boot, whatever it says" {
  owner
  file_of_owner=$file
  offset=$(grep -abom1 "$(cat /proc/sys/kernel/random/boot_id)" "$file_of_owner" | head -1 | cut -d: -f1)
  printf x | dd of="$file_of_owner" bs=1 seek="$offset" conv=notrunc status=none
  owner_is_untouched
}

# Another time namespace shifts the start times that its members read, and those that they are read with.
@test "members in another time namespace keep what they own, and so do others beside them" {
  need unshare --time --fork --boottime 1000000 true
  owner
  start shifted unshare --time --fork --boottime 1000000 "$ACTOR" own shifted
  shifted=$pid
  await says shifted owned
  # Deaths make every reaper look at the others, each at least twice.
  for i in 1 2 3; do
    start "victim$i" "$ACTOR" own "victim$i"
    await says "victim$i" owned
    kill_hard "$pid"
    [[ $("$ACTOR" own "victim$i" </dev/null) == $'owned\nreleased' ]]
    sleep 0.3   # time for the reapers to look at the others a second time
  done
  [[ $("$ACTOR" own shifted </dev/null) == held ]]
  finish "$shifted"
  says shifted released
  owner_is_untouched
}

@test "a reaper that may not ask after threads takes none for dead" {
  need_filters
  owner
  for error in 1 38; do   # EPERM, ENOSYS
    run "$ACTOR" deny tgkill "$error" -- deny tkill "$error" -- own m </dev/null
    [[ $output == held ]]
  done
  owner_is_untouched
}

@test "a call that is refused unlinks nothing" {
  need_filters
  owner
  for call in openat newfstatat statfs fstatfs; do
    for error in 1 13 24 12; do   # EPERM, EACCES, EMFILE, ENOMEM
      run "$ACTOR" deny "$call" "$error" -- own m </dev/null
      echo "$call $error: $output"
      [[ $output != *owned* && $output != *abandoned* ]]
    done
  done
  owner_is_untouched
}

@test "without descriptors or memory left a newcomer fails and changes nothing" {
  owner
  run sh -c "ulimit -n 4; exec '$ACTOR' own m </dev/null 3>&-"
  [[ $output != *owned* ]]
  run sh -c "ulimit -v 12000; exec '$ACTOR' own m </dev/null"
  [[ $output == *"cannot be mapped"*"error 8" ]]
  owner_is_untouched
}
