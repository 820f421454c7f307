# What the tests of "rtss" share. Set by CTest: RTSS (the command), USE_PEER, USE_OBSERVE.
# shellcheck shell=bash disable=SC2034,SC2154

bats_require_minimum_version 1.5.0

setup() {
  : "${RTSS:?}" "${USE_PEER:?}" "${USE_OBSERVE:?}"
  export RTSS_NAMESPACE="tool-use-$$-$BATS_TEST_NUMBER"
  unset RTSS_REALTIME RTSS_LIMITS RTSS_NAMES RTSS_LOCK_NAME RTSS_ABANDONED LD_PRELOAD
  work=$(mktemp -d)
  peers=()
}

teardown() {
  local pid
  for pid in "${peers[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  for pid in "${peers[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
  local file
  for file in "/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE" "/dev/shm/rtss-65534-$RTSS_NAMESPACE"; do
    rm -f "$file" "$file".shm-*
  done
}

rtss() { "$RTSS" "$@"; }

# await COMMAND...: until it succeeds. The suite's time-out is the only bound.
await() {
  until "$@"; do sleep 0.01; done
}

# start OUT COMMAND...: in the background, no signal ignored, its output to $work/OUT, its input a pipe that "finish" writes to and closes. $pid is it.
start() {
  local out=$1 input
  shift
  mkfifo "$work/$out.in"
  env --default-signal "$@" <"$work/$out.in" >"$work/$out" 2>"$work/$out.err" 3>&- &
  pid=$!
  peers+=("$pid")
  exec {input}>"$work/$out.in"
  eval "input_of_$pid=$input"
}

# finish PID: ends its input and returns its exit status.
finish() {
  local name=input_of_$1 input
  input=${!name}
  echo >&"$input" || true
  exec {input}>&-
  wait "$1"
}

says() { grep -qx -- "$2" "$work/$1"; }                   # OUT LINE
waiters() { [[ $("$USE_OBSERVE" waiters "$1") == "$2" ]]; }   # NAME COUNT
is_held() { local code=0; rtss try -q "$1" || code=$?; [[ $code -eq 75 ]]; }
is_free() { rtss try -q "$1"; }
state_of() { local rest; rest=$(cat "/proc/$1/stat" 2>/dev/null) || return 0; rest=${rest##*) }; echo "${rest:0:1}"; }
in_state() { [[ $(state_of "$1") == "$2" ]]; }             # PID LETTER
is_gone() { [[ $(state_of "$1") =~ ^[ZX]?$ ]]; }           # PID

# fails COMMAND...: for what must not be so; a bare "!" would fail no test.
fails() { ! "$@"; }

# ended PID EXPECTED: waits for it and compares its exit status.
ended() {
  local status=0
  wait "$1" || status=$?
  if [[ $status -ne $2 ]]; then
    echo "exit status $status instead of $2"
    return 1
  fi
}

# code EXPECTED COMMAND...: runs it and compares its exit status.
code() {
  local expected=$1
  shift
  run "-$expected" "$@" || true
  if [[ $status -ne $expected ]]; then
    echo "exit status $status instead of $expected: $*"
    echo "$output"
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

kill_hard() {
  kill -KILL "$1"
  wait "$1" 2>/dev/null || true
}

need_root() { [[ $(id -u) -eq 0 ]] || skip "needs root"; }
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
