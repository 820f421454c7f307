# What the tests of "rtss" that look share. Set by CTest: ACTOR (a process to look at), SOURCE_DIR.
# shellcheck shell=bash disable=SC2154

load common
: "${ACTOR:?}" "${SOURCE_DIR:?}"

# actor DEED...: in the background; $pid is it.
actor() {
  "$ACTOR" "$@" >"$work/actor.${#peers[@]}" 2>&1 3>&- &
  pid=$!
  peers+=("$pid")
}

# ready_actor DEED...: one that has done all that, and holds.
ready_actor() {
  actor "$@" ready hold
  await grep -qx ready "$work/actor.$((${#peers[@]} - 1))"
}

# cell NAME COLUMN: one cell of "ls"; nothing when there is no such object.
cell() {
  rtss ls -a -nr -o "NAME,$2" 2>/dev/null | while read -r name value; do
    [[ $name == "$1" ]] && echo "$value"
  done
  true
}
cell_is() { [[ $(cell "$1" "$2") == "$3" ]]; }

# agrees SCHEMA: standard input is JSON as docs/schemas says.
agrees() { /usr/bin/python3 "$SOURCE_DIR/tests/tool/validate.py" "$SOURCE_DIR/docs/schemas/$1.schema.json"; }

# field EXPRESSION: of the JSON on standard input, named "d".
field() { /usr/bin/python3 -c "import json, sys; d = json.load(sys.stdin); print($1)"; }

# goes_on: for loops in the background: until the file "stop" is there, or the test is gone.
goes_on() { [[ -d $work && ! -e $work/stop ]] && kill -0 $$ 2>/dev/null; }

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
