# What the attacks share. Set by CTest: RTSS, ACTOR, ACTOR_WITH_STORAGE, FALSE_CLOCK, LIBRARY,
# PYTHON_BINDING.
# shellcheck shell=bash disable=SC2034,SC2154

load ../tool/common
: "${ACTOR:?}"

# owner: a program that owns the mutex m; $owner is it, and $inode its namespace's file.
owner() {
  start owner "$ACTOR" own m
  owner=$pid
  await says owner owned
  inode=$(stat -c %i "$file")
}

# owner_is_untouched: it still owns the mutex, in the same file.
owner_is_untouched() {
  [[ $(stat -c %i "$file") == "$inode" ]]
  [[ $("$ACTOR" own m </dev/null) == held ]]
  finish "$owner"
  [[ $(cat "$work/owner") == $'owned\nreleased' ]]
}

# need COMMAND...: for what not every user or kernel permits.
need() { "$@" >/dev/null 2>&1 || skip "not permitted here: $*"; }

# in_own_mounts SCRIPT: run by sh in a mount namespace of its own.
in_own_mounts() { unshare --mount --propagation private sh -c "$1"; }
# mounted: after "run": a script ends with status 9 when a mount is refused, as in containers.
mounted() { [[ $status -ne 9 ]] || skip "not permitted here: mounts"; }
need_filters() { need "$ACTOR" deny membarrier 1 -- bad-handles; }
need_mounts() { need unshare --mount --propagation private true; }
