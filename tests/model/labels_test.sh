#!/bin/sh
# Compares the crash points of the sources, RTSS_STEP("label"), with the labels the models give their steps, @label:
# every model label must exist in the sources; a source label that no model has must be listed, with its reason, in
# unmodelled.txt ("label: reason"), and nothing else may be.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM

grep -rhoE 'RTSS_STEP\("[a-z_.]+"\)' "$root/runtime" "$root/priority" | sed 's/.*("//; s/").*//' | sort -u >"$work/source"
grep -hoE '/\* @[a-z_.]+ \*/' "$here"/*.pml | sed 's/.*@//; s/ .*//' | sort -u >"$work/model"
sed '/^#/d; /^ *$/d; s/:.*//' "$here/unmodelled.txt" | sort -u >"$work/listed"
grep -vE '^(#|$)' "$here/unmodelled.txt" | grep -vE '^[a-z_.]+: .+' >"$work/malformed"
[ -s "$work/source" ] || { echo "no RTSS_STEP in runtime/ or priority/"; exit 1; }

failures=0
complain() {   # file, what it means
  [ -s "$1" ] || return 0
  echo "$2"
  sed 's/^/  /' "$1"
  failures=$((failures + 1))
}
comm -23 "$work/model" "$work/source" >"$work/gone"
comm -13 "$work/model" "$work/source" >"$work/uncovered"
comm -23 "$work/uncovered" "$work/listed" >"$work/unexplained"
comm -13 "$work/uncovered" "$work/listed" >"$work/stale"
complain "$work/gone" "labels in the models that no source has:"
complain "$work/unexplained" "labels in the sources that no model has and unmodelled.txt does not explain:"
complain "$work/stale" "labels in unmodelled.txt that are modelled, or that no source has:"
complain "$work/malformed" "lines of unmodelled.txt without a reason:"
echo "$(comm -12 "$work/model" "$work/source" | wc -l) labels modelled, $(wc -l <"$work/uncovered") not:"
sed 's/^/  /' "$work/uncovered"
[ "$failures" -eq 0 ]
