# What the tests of rtss-bench share. Set by the test: bench (the program), as its first argument.
# shellcheck shell=bash disable=SC2034

bench=$(realpath "$1")
here=$(dirname "$(readlink -f "$0")")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export WINEPREFIX=/nowhere   # tests/bindings measures Windows programs
failures=0

expect() { # expect WHAT COMMAND...
  local what=$1
  shift
  "$@" && return
  echo "not so: $what" >&2
  failures=$((failures + 1))
}
exits_with() { # exits_with CODE COMMAND...
  local expected=$1 code=0
  shift
  timeout 100 "$@" >"$directory/out" 2>"$directory/err" || code=$?   # less than the time limit of a run of abandon
  [[ $code -eq $expected ]] || { echo "exit code $code from: $*" >&2; cat "$directory/err" >&2; return 1; }
}
said() { grep -qF -- "$1" "$directory/out" "$directory/err"; }
json() { /usr/bin/python3 -c "import json,sys; d=json.load(open('$directory/$1')); sys.exit(0 if $2 else 1)"; }
