#!/bin/sh
# mandoc finds nothing to complain about in these manual pages, not even their style.
# usage: check_mandoc.sh PAGE...
set -eu
if ! command -v mandoc > /dev/null; then
  echo "skipped: no mandoc; everything else about these pages is well"
  exit 77
fi
mandoc -T lint "$@"
echo "$# pages without a complaint"
