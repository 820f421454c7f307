#!/usr/bin/env bash
# usage: check_32_bits.sh CMAKE C_COMPILER SOURCE
# Configuring with a compiler that makes 32-bit programs stops with a sentence that says why.
set -euo pipefail
cmake=$1 compiler=$2 source=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if ! "$compiler" -m32 -x c -c -o "$folder/empty.o" /dev/null 2>"$folder/refused"; then
  echo "skipped: $compiler makes no 32-bit programs: $(head -1 "$folder/refused")"
  exit 77
fi
# Without the 32-bit C library nothing can be linked; the size of a pointer is known without.
if "$cmake" -S "$source" -B "$folder/build" -DCMAKE_C_FLAGS=-m32 -DCMAKE_CXX_FLAGS=-m32 \
    -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY >"$folder/output" 2>&1; then
  echo "a 32-bit build was configured"
  exit 1
fi
tr -s ' \n' ' ' <"$folder/output" | grep "rtapi is built for 64 bits: this compiler makes programs of 32 bits" >/dev/null || {
  cat "$folder/output"
  exit 1
}
