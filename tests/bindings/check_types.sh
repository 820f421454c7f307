#!/bin/sh
# The Python module is fully typed. usage: check_types.sh MODULE_DIRECTORY CACHE_DIRECTORY
if ! command -v mypy > /dev/null; then
  echo "skipped: no mypy"
  exit 77
fi
cd "$1" && exec mypy --strict --cache-dir "$2" rtss
