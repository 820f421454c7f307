#!/bin/sh
# Runs the protocol models: check.sh [ci|soak] [MODEL]. Every run of runs.txt in the set (and of the model, if named) must
# end as the table says; a run that holds must have been searched to its end. Exit 77: spin is not installed.
set -u
set_wanted=${1:-ci}
model_wanted=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
command -v spin >/dev/null 2>&1 || { echo "spin is not installed (Debian: spin): models not checked"; exit 77; }
cc=${CC:-cc}
# Optimising the generated program takes longer than a short search saves.
case $set_wanted in ci) optimise=-O0 memory_mib=2900 ;; *) optimise=-O2 memory_mib=6000 ;; esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
cp "$here"/*.pml "$work" && cd "$work" || exit 1

trim() { echo "$1" | sed 's/^ *//; s/ *$//'; }

# Prints holds, breaks, or why neither.
verdict() {
  if ! grep -q "^State-vector" output; then echo "did not run"; return; fi
  if grep -q "assertion violated" output; then echo breaks
  elif ! grep -q "errors: 0" output; then echo "error other than an assertion"
  elif grep -Eq "Search not completed|max search depth too small|out of memory|reached -DMEMLIM" output; then echo incomplete
  else echo holds
  fi
}

run() {   # flags...
  model=$1
  shift
  rm -f pan pan.* output *.trail
  spin -a "$@" "$model.pml" >output 2>&1 || return
  $cc $optimise -w -DSAFETY -DCOLLAPSE -DMEMLIM="$memory_mib" -o pan pan.c >>output 2>&1 || return
  ./pan -E -m100000 -w23 >output 2>&1
}

failures=0
runs=0
printf '%-37s %-8s %-8s %11s %5s %6s  %s\n' "run" "expected" "found" "states" "MiB" "s" "model"
while IFS='|' read -r set name expected command; do
  set=$(trim "$set")
  [ "$set" = "$set_wanted" ] || continue
  command=$(trim "$command")
  [ -z "$model_wanted" ] || [ "${command%% *}" = "$model_wanted" ] || continue
  expected=$(trim "$expected")
  start=$(date +%s)
  # shellcheck disable=SC2086   # the flags are words
  run $command
  found=$(verdict)
  states=$(awk '/states, stored/ { print $1; exit }' output)
  memory=$(awk '/total actual memory usage/ { print int($1); exit }' output)
  mark=""
  [ "$found" = "$expected" ] || { mark="  <-- UNEXPECTED"; failures=$((failures + 1)); }
  printf '%-37s %-8s %-8s %11s %5s %6s  %s%s\n' "$(trim "$name")" "$expected" "$found" "${states:--}" "${memory:--}" \
    $(($(date +%s) - start)) "$command" "$mark"
  [ "$found" != "did not run" ] || sed 's/^/    /' output | head -20
  runs=$((runs + 1))
done <"$here/runs.txt"
[ "$runs" -gt 0 ] || { echo "no run of set $set_wanted, model ${model_wanted:-any}"; exit 1; }
echo "$runs runs, $failures unexpected"
[ "$failures" -eq 0 ]
