# What all tests of "rtss" share. Set by CTest: RTSS (the command).
# shellcheck shell=bash disable=SC2034,SC2154

bats_require_minimum_version 1.5.0
: "${RTSS:?}"

# A namespace and a place for files of the test's own; no process started yet.
setup() {
  export RTSS_NAMESPACE="tool-$$-$BATS_TEST_NUMBER"
  unset RTSS_REALTIME RTSS_LIMITS RTSS_NAMES RTSS_INHERITANCE RTSS_WINDOW RTSS_LOCK_NAME RTSS_ABANDONED LD_PRELOAD NO_COLOR
  export LC_ALL=C.UTF-8 TERM=xterm
  file="/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE"
  files=("$file" "/dev/shm/rtss-65534-$RTSS_NAMESPACE" "/dev/shm/rtss-group-$RTSS_NAMESPACE")
  work=$(mktemp -d)
  peers=()
}

teardown() {
  local pid
  for pid in "${peers[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  for pid in "${peers[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [[ -n ${socket:-} ]]; then tmux -L "$socket" kill-server 2>/dev/null || true; fi
  if [[ -n ${group:-} ]]; then await rmdir "$group"; fi
  if [[ -n ${container:-} ]]; then docker rm --force "$container" && docker rmi "$container"; fi >/dev/null
  rm -rf "$work"
  local left
  for left in "${files[@]}"; do
    rm -f "$left" "$left".* "$left"-*
  done
}

rtss() { "$RTSS" "$@"; }

# await COMMAND...: until it succeeds. The suite's time-out is the only bound.
await() {
  until "$@" >/dev/null 2>&1; do sleep 0.01; done
}

# start OUT COMMAND...: in the background, no signal ignored, its output to $work/OUT, its input a pipe that "finish"
# writes to and closes. $pid is it.
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

says() { grep -qx -- "$2" "$work/$1"; }   # OUT LINE

kill_hard() {
  kill -KILL "$1"
  wait "$1" 2>/dev/null || true
}

# fails COMMAND...: for what must not be so; a bare "!" would fail no test.
fails() { ! "$@"; }

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
