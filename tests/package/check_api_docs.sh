#!/bin/sh
# The headers' comments are without fault for Doxygen, and every exported call has a manual page.
# usage: check_api_docs.sh SOURCE_DIR WORK_DIR
set -eu
source=$1 work=$2
if ! command -v doxygen > /dev/null || ! command -v mawk > /dev/null; then
  echo "skipped: no doxygen or no mawk"
  exit 77
fi
"$source/tools/api-docs" "$work"
missing=0
# The calls for 32-bit characters are documented under the names that C programs use.
for call in $(grep -v '32$' "$source/tests/compile/exported_symbols.txt"); do
  test -f "$work/man/man3/$call.3" || { echo "without a comment, or not declared in a public header: $call" >&2; missing=1; }
done
if command -v man > /dev/null; then
  for page in "$work"/man/man3/rtapi*.3; do
    complaints=$(man --warnings -l "$page" 2>&1 > /dev/null)
    test -z "$complaints" || { echo "$complaints" >&2; missing=1; }
  done
fi
test $missing = 0 || exit 1
exec "$(dirname "$0")/check_mandoc.sh" "$work"/man/man3/rtapi*.3
