#!/usr/bin/env bash
# Texts name the thread, process, owner or waiter that acts, and no unnamed person.
# usage: check_words.sh [PROJECT_DIRECTORY]   77: not a checkout of git
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo "not a checkout of git"; exit 77; }

words='(some|any|no)body|(some|any)one|who(ever|m)'
# The licence has its own words.
if git grep -niwE "$words" -- . ':!LICENSE' ':!packaging/copyright'; then
  echo "name the thread, process, owner or waiter instead (CONTRIBUTING.md, Style)"
  exit 1
fi
