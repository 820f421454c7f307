# What the tests of "rtss" that use objects share. Set by CTest: USE_PEER, USE_OBSERVE.
# shellcheck shell=bash disable=SC2034,SC2154

load common
: "${USE_PEER:?}" "${USE_OBSERVE:?}"

waiters() { [[ $("$USE_OBSERVE" waiters "$1") == "$2" ]]; }   # NAME COUNT
is_held() { local code=0; rtss try -q "$1" || code=$?; [[ $code -eq 75 ]]; }
is_free() { rtss try -q "$1"; }
state_of() { local rest; rest=$(cat "/proc/$1/stat" 2>/dev/null) || return 0; rest=${rest##*) }; echo "${rest:0:1}"; }
in_state() { [[ $(state_of "$1") == "$2" ]]; }             # PID LETTER
is_gone() { [[ $(state_of "$1") =~ ^[ZX]?$ ]]; }           # PID

# ended PID EXPECTED: waits for it and compares its exit status.
ended() {
  local status=0
  wait "$1" || status=$?
  if [[ $status -ne $2 ]]; then
    echo "exit status $status instead of $2"
    return 1
  fi
}

# owner NAME: a C program that owns the mutex.
owner() {
  start "owner.$1" "$USE_PEER" own "$1"
  owner=$pid
  await says "owner.$1" owned
}

# keeper NAME: a C program that has the mutex open.
keeper() {
  start "keeper.$1" "$USE_PEER" keep "$1"
  await test -s "$work/keeper.$1"
}

need_root() { [[ $(id -u) -eq 0 ]] || skip "needs root"; }
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
