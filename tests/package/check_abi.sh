#!/bin/sh
# Programs built against the library as it was still run: nothing that it exported is gone or has changed its types.
# What it exports at all is listed in tests/compile/exported_symbols.txt; new calls are no change here.
# usage: check_abi.sh LIBRARY HEADERS [--accept]     --accept: writes librtapi.abi anew, after a deliberate change
set -eu
library=$1 headers=$2
baseline=$(dirname "$(readlink -f "$0")")/librtapi.abi
if ! command -v abidiff > /dev/null; then
  echo "skipped: no abidiff (package abigail-tools)"
  exit 77
fi
if test "${3:-}" = --accept; then
  exec abidw --exported-interfaces-only --headers-dir "$headers" --drop-private-types --drop-undefined-syms \
    --no-comp-dir-path --no-corpus-path --no-show-locs --no-parameter-names --type-id-style hash \
    --out-file "$baseline" "$library"
fi
exec abidiff --no-added-syms --exported-interfaces-only --headers-dir2 "$headers" --drop-private-types \
  "$baseline" "$library"
