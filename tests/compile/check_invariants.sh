#!/usr/bin/env bash
# Each invariant of docs/protocol.md is cited, as (S1), in a source file, and no source file cites an unknown one.
# usage: check_invariants.sh [PROJECT_DIRECTORY]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

known=$(sed -n '/^## 3/,/^## 4/s/^| \([A-Z][0-9]\) |.*/\1/p' docs/protocol.md | sort)
[[ $(wc -l <<<"$known") -ge 20 ]] || { echo "docs/protocol.md, section 3: no table of invariants"; exit 1; }
cited=$(grep -rhoE '\([A-Z][0-9](, [A-Z][0-9])*\)' --include='*.h' --include='*.cpp' platform priority runtime |
  grep -oE '[A-Z][0-9]' | sort -u)
result=0
if repeated=$(uniq -d <<<"$known") && [[ -n $repeated ]]; then echo "stands twice in protocol.md: $repeated"; result=1; fi
while read -r name; do
  echo "$name: no source file cites it"; result=1
done < <(comm -23 <(sort -u <<<"$known") <(echo "$cited"))
while read -r name; do
  echo "$name: cited, but docs/protocol.md has no such invariant"; result=1
done < <(comm -13 <(sort -u <<<"$known") <(echo "$cited"))
echo "$(wc -l <<<"$known") invariants, $(wc -l <<<"$cited") cited"
exit "$result"
