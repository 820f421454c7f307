#!/bin/sh
# Every label in the sources stands in exactly one row of the crash tables in docs/, and the tables name no other.
# usage: labels_test.sh [PROJECT_DIRECTORY]
set -eu
cd "${1:-$(dirname "$0")/../..}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep -rhoE 'RTSS_STEP\("[^"]*"\)' --include='*.h' --include='*.cpp' runtime priority platform |
  sed 's/.*("//; s/").*//' | sort -u > "$work/sources"

# A crash table is one whose second column is headed "label".
awk -F'|' '
  !/^\|/ { in_table = 0; next }
  $3 ~ /^ *label *$/ { in_table = 1; next }
  in_table && match($3, /`[^`]+`/) { print substr($3, RSTART + 1, RLENGTH - 2) }
' docs/protocol.md docs/priority.md | sort > "$work/rows"
sort -u "$work/rows" > "$work/documents"

failed=0
# complain MESSAGE: says so and lists the labels on standard input, if there are any.
complain() {
  labels=$(cat)
  test -n "$labels" || return 0
  printf '%s\n%s\n' "$1" "$labels" >&2
  failed=1
}

test -s "$work/sources" || { echo "no label found in the sources" >&2; exit 1; }
comm -23 "$work/sources" "$work/documents" > "$work/undocumented"
comm -13 "$work/sources" "$work/documents" > "$work/unknown"
uniq -d "$work/rows" > "$work/repeated"
complain "in the sources, but in no crash table:" < "$work/undocumented"
complain "in a crash table, but not in the sources:" < "$work/unknown"
complain "in more than one row:" < "$work/repeated"
test "$failed" -eq 0 && echo "$(wc -l < "$work/sources") labels, each in one row"
exit "$failed"
