# What the tests of "rtss" that look share. Set by CTest: RTSS (the command), ACTOR (somebody to look at), SOURCE_DIR.
# shellcheck shell=bash disable=SC2154

bats_require_minimum_version 1.5.0
: "${RTSS:?}" "${ACTOR:?}" "${SOURCE_DIR:?}"

setup() {
  export RTSS_NAMESPACE="tool-look-$$-$BATS_TEST_NUMBER"
  unset RTSS_REALTIME RTSS_LIMITS RTSS_NAMES RTSS_INHERITANCE RTSS_WINDOW NO_COLOR
  export LC_ALL=C.UTF-8 TERM=xterm
  file="/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE"
  work=$(mktemp -d)
  actors=()
}

teardown() {
  local pid
  for pid in "${actors[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  for pid in "${actors[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [[ -n ${socket:-} ]]; then tmux -L "$socket" kill-server 2>/dev/null || true; fi
  rm -rf "$work"
  rm -f "$file" "$file".* "$file"-*
}

rtss() { "$RTSS" "$@"; }

# await COMMAND...: until it succeeds. The suite's time-out is the only bound.
await() {
  until "$@" >/dev/null 2>&1; do sleep 0.02; done
}

# actor DEED...: in the background; $pid is it.
actor() {
  "$ACTOR" "$@" >"$work/actor.${#actors[@]}" 2>&1 3>&- &
  pid=$!
  actors+=("$pid")
}

# ready_actor DEED...: one that has done all that, and holds.
ready_actor() {
  actor "$@" ready hold
  await grep -qx ready "$work/actor.$((${#actors[@]} - 1))"
}

# cell NAME COLUMN: one cell of "ls"; nothing when there is no such object.
cell() {
  rtss ls -a -nr -o "NAME,$2" 2>/dev/null | while read -r name value; do
    [[ $name == "$1" ]] && echo "$value"
  done
  true
}
cell_is() { [[ $(cell "$1" "$2") == "$3" ]]; }

kill_actor() {
  kill -KILL "$1"
  wait "$1" 2>/dev/null || true
}

# agrees SCHEMA: standard input is JSON as docs/schemas says.
agrees() { /usr/bin/python3 "$SOURCE_DIR/tests/tool/validate.py" "$SOURCE_DIR/docs/schemas/$1.schema.json"; }

# field EXPRESSION: of the JSON on standard input, named "d".
field() { /usr/bin/python3 -c "import json, sys; d = json.load(sys.stdin); print($1)"; }

# goes_on: for loops in the background: until the file "stop" is there, or the test is gone.
goes_on() { [[ -d $work && ! -e $work/stop ]] && kill -0 $$ 2>/dev/null; }

# code EXPECTED COMMAND...: runs it and compares its exit status.
code() {
  local expected=$1
  shift
  run "$@"
  if [[ $status -ne $expected ]]; then
    echo "exit status $status instead of $expected: $*"
    echo "$output"
    return 1
  fi
}

# shows TEXT: $output has it.
shows() {
  if [[ $output != *"$1"* ]]; then
    printf 'no "%s" in:\n%s\n' "$1" "$output"
    return 1
  fi
}

# lacks TEXT: $output does not.
lacks() {
  if [[ $output == *"$1"* ]]; then
    printf '"%s" in:\n%s\n' "$1" "$output"
    return 1
  fi
}
