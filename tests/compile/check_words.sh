#!/usr/bin/env bash
# Texts name the thread, process, owner or waiter that acts, and no unnamed person.
# usage: check_words.sh [PROJECT_DIRECTORY]   77: not a checkout of git
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo "not a checkout of git"; exit 77; }

words='somebody|nobody|whoever|whom|anybody|someone|anyone'
# The licence has its own words, and this file names them.
if git grep -niwE "$words" -- . ':!LICENSE' ':!packaging/copyright' ':!tests/compile/check_words.sh'; then
  echo "name the thread, process, owner or waiter instead (CONTRIBUTING.md, Style)"
  exit 1
fi
