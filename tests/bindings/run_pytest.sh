#!/bin/sh
# Runs one file of tests with Debian's Python; 77 if there is no pytest.
python=/usr/bin/python3
if ! "$python" -c 'import pytest' 2> /dev/null; then
  echo "skipped: $python has no pytest (package python3-pytest)"
  exit 77
fi
exec "$python" -m pytest -q -ra -p no:cacheprovider "$@"
