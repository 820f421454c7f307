#!/usr/bin/env bash
# check.sh REGEX COMMAND...: runs the commands side by side, a moment apart, in a namespace of their own. All must
# succeed, and what they print must match.
set -uo pipefail
expected=$1
shift
export RTSS_NAMESPACE=example$$
output=$(mktemp)
trap 'rm -f "$output" /dev/shm/rtss-"$(id -u)"-"$RTSS_NAMESPACE"*' EXIT

processes=()
for command in "$@"; do
  timeout --kill-after=5 60 bash -c "$command" >>"$output" 2>&1 &
  processes+=($!)
  sleep 0.1
done
failed=0
for process in "${processes[@]}"; do wait "$process" || failed=1; done
# No process is left behind.
while grep -qsF -- "-$RTSS_NAMESPACE" /proc/[0-9]*/maps; do sleep 0.1; done
cat "$output"
grep -qE "$expected" "$output" || { echo "nothing there matches: $expected" >&2; failed=1; }
exit "$failed"
