#!/usr/bin/env bats
# clean: removes what is dead, and nothing else. Never without names, but in a /dev/shm of its own: other namespaces
# of this user may be in use by tests whose processes are dead on purpose.

load look_common

verdict() { rtss clean -nr -o FILE,VERDICT "$@" | awk -v file="$file" '$1 == file { print $2 }'; }

@test "clean removes a namespace whose processes are gone, with its shared memory" {
  ready_actor own Lock shm Data 8192
  compgen -G "$file.shm-*"
  kill_hard "$pid"
  code 0 rtss clean "$RTSS_NAMESPACE"
  shows removed
  shows "all its processes are gone"
  [[ ! -e $file ]]
  run ! compgen -G "$file.shm-*"
}

@test "clean keeps a namespace that one process uses, and says which" {
  ready_actor own Lock
  ready_actor own Other
  kill_hard "${peers[0]}"
  code 0 rtss clean "$RTSS_NAMESPACE"
  shows kept
  shows "${peers[1]} uses it"
  [[ -e $file ]]
  cell_is Other STATE owned
}

@test "clean keeps what a stopped process uses" {
  ready_actor own Lock
  kill -STOP "$pid"
  [[ $(verdict "$RTSS_NAMESPACE") == kept ]]
  kill -CONT "$pid"
  cell_is Lock STATE owned
}

@test "clean --dry-run removes nothing, and agrees with its schema" {
  ready_actor own Lock shm Data 8192
  kill_hard "$pid"
  code 0 rtss clean --dry-run "$RTSS_NAMESPACE"
  shows dead
  rtss clean --dry-run -J "$RTSS_NAMESPACE" | agrees clean
  [[ -e $file ]]
  compgen -G "$file.shm-*"
  rtss clean -J "$RTSS_NAMESPACE" >"$work/json"
  agrees clean <"$work/json"
  [[ $(field "sorted({f['verdict'] for f in d['files']})" <"$work/json") == "['removed']" ]]
}

@test "clean of the namespace that --namespace names looks at no other" {
  ready_actor own Lock
  kill_hard "$pid"
  cp "$file" "$file-second"
  code 0 rtss --namespace "$RTSS_NAMESPACE-second" clean
  [[ ! -e $file-second && -e $file ]]
}

@test "clean keeps what it cannot judge" {
  ready_actor own Lock
  kill_hard "$pid"
  truncate -s 5000 "$file"
  code 0 rtss clean "$RTSS_NAMESPACE"
  shows "kept"
  shows "truncated"
  echo "a file of another program" >"$file"
  code 0 rtss clean "$RTSS_NAMESPACE"
  shows "too small"
  [[ -e $file ]]
}

@test "clean keeps a namespace with pinned objects" {
  rtss event create Pinned
  code 0 rtss clean "$RTSS_NAMESPACE"
  shows "pinned"
  [[ -e $file ]]
}

@test "clean refuses names that are none and namespaces that do not exist" {
  code 125 rtss clean 'no/such'
  shows "not a namespace name"
  code 125 rtss clean "$RTSS_NAMESPACE"
  shows "no such namespace"
}

@test "clean removes shared memory that lost its namespace, unless a process has it mapped" {
  ready_actor shm Data 8192
  rm "$file"
  code 0 rtss clean "$RTSS_NAMESPACE"
  shows "mapped by a process"
  compgen -G "$file.shm-*"
  kill_hard "$pid"
  code 0 rtss clean "$RTSS_NAMESPACE"
  shows "namespace that is gone"
  run ! compgen -G "$file.shm-*"
}

@test "clean never parts two programs that start while it runs" {
  while goes_on; do rtss clean "$RTSS_NAMESPACE" >/dev/null 2>&1 || true; done 3>&- &
  cleaner=$!
  for ((round = 0; round < 60; ++round)); do
    # Each goes on only when it has found the other's mutex: in one namespace.
    actor own "A$round" find "B$round" event Done set Done hold
    "$ACTOR" own "B$round" find "A$round" await Done || { touch "$work/stop"; echo "parted in round $round"; false; }
    kill_hard "$pid"
  done
  touch "$work/stop"
  wait "$cleaner"
}

@test "clean without names looks at all of this user's namespaces, and at a group's without touching it" {
  unshare -m true 2>/dev/null || skip "no mount namespace of its own may be made here"
  export ACTOR RTSS work
  run unshare -m bash -euc '
    mount -t tmpfs tmpfs /dev/shm
    for name in dead alive; do
      RTSS_NAMESPACE=$name "$ACTOR" own Lock ready hold >"$work/$name" 3>&- &
      eval "$name=$!"
      until grep -q ready "$work/$name"; do sleep 0.02; done
    done
    kill -KILL "$dead"; wait "$dead" || true
    cp "/dev/shm/rtss-$(id -u)-dead" /dev/shm/rtss-group-crew
    cp "/dev/shm/rtss-$(id -u)-dead" /dev/shm/rtss-4711-dead
    echo unrelated >/dev/shm/unrelated
    "$RTSS" clean
    ls /dev/shm
    kill -KILL "$alive"
  '
  echo "$output"
  [[ $status -eq 0 ]]
  shows "made on purpose"
  left=$(sed -n '/^rtss/p; /^unrelated/p' <<<"$output" | sort | tr '\n' ' ')
  [[ $left == "rtss-$(id -u)-alive rtss-4711-dead rtss-group-crew unrelated " ]]
}
