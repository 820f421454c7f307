#!/usr/bin/env bash
# usage: micro_covers_every_call.sh LIBRARY
# Every exported call is timed by rtss_micro or stands in not_measured.txt, and nothing stands there in vain.
set -uo pipefail
library=$(realpath "$1")
cd "$(dirname "$0")/../micro" || exit 1

# The wide forms (W, and their variants for either width of wchar_t) are the narrow ones after a conversion.
mapfile -t calls < <(nm -D --defined-only "$library" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' |
  grep -E '^Rt' | grep -vE '(W|W?32)$|wprintf|RtWtoi' | sort -u)
mapfile -t patterns < <(grep -v '^#' not_measured.txt | awk '{ print $1 }')
failures=0
[[ ${#calls[@]} -gt 50 ]] || { echo "only ${#calls[@]} calls found in $library" >&2; exit 1; }

is_excused() {
  local pattern
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2053   # a pattern
    [[ $1 == $pattern ]] && return
  done
  return 1
}

for name in "${calls[@]}"; do
  timed=
  grep -qE "\b$name\(" ./*.cpp ../support/pairs.h && timed=yes
  if is_excused "$name"; then
    [[ -z $timed ]] || { echo "$name is timed: not_measured.txt need not excuse it" >&2; failures=1; }
  elif [[ -z $timed ]]; then
    echo "$name is not timed: add it to bench/micro, or to not_measured.txt with the reason" >&2
    failures=1
  fi
done
exit "$failures"
