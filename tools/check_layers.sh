#!/usr/bin/env bash
# usage: check_layers.sh [ROOT [OBJECTS]]
#
# Each layer includes only itself and what stands below it, and so does each room of runtime/; system calls are made in
# two places only.
#   rtapi -> runtime -> priority -> platform
#   runtime: runtime.h, fast_path.h -> services -> life -> names -> sync -> segment <- inspect
# With OBJECTS, the folder of the runtime's object files, calls are checked as well: see check_calls.py.
set -euo pipefail
shopt -s lastpipe   # so that complain can note a failure
cd "${1:-$(dirname "$0")/..}"
failed=0

# complain MESSAGE: says so and prints the offending lines from standard input, if there are any.
complain() {
  local lines
  lines=$(cat)
  [[ -n $lines ]] || return 0
  printf '%s\n%s\n' "$1" "$lines" >&2
  failed=1
}

# project_includes FILES...: every #include "..." in them.
project_includes() { grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$@" || true; }

sources() { find "$@" -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.c' \) -print | sort; }

# only DESCRIPTION PATTERN FILES...: project includes that match the pattern are allowed, nothing else.
only() {
  local description=$1 allowed=$2
  shift 2
  [[ $# -gt 0 ]] || return 0
  project_includes "$@" | { grep -vE "include[[:space:]]*\"($allowed)" || true; } | complain "$description"
}

mapfile -t platform < <(sources platform)
mapfile -t priority < <(sources priority)
mapfile -t runtime < <(sources runtime)
mapfile -t rtapi < <(sources rtapi/src)
mapfile -t headers < <(sources rtapi/include)
mapfile -t bench < <(sources bench)
mapfile -t examples < <(sources examples)

only "platform may include platform only:" 'platform/' "${platform[@]}"
only "priority may include priority and platform only:" 'priority/|platform/' "${priority[@]}"
only "runtime may include runtime, priority and platform only:" 'runtime/|priority/|platform/' "${runtime[@]}"
only "rtapi may include rtapi, runtime and below only:" 'rtapi/|rtapi\.h|runtime/|platform/' "${rtapi[@]}"
only "public headers include each other as <rtapi/...>:" 'nothing' "${headers[@]}"
only "bench may include bench and the public headers only:" 'bench/|rtapi\.h' "${bench[@]}"
only "examples may include their own files only, and <rtapi.h>:" '[a-z_]+\.h"' "${examples[@]}"

{ grep -HnE '\bSYS_[a-z]' "${runtime[@]}" "${priority[@]}" "${rtapi[@]}" "${headers[@]}" || true; } |
  { grep -v '^priority/scheduler\.cpp:' || true; } |
  complain "system calls are made in platform and priority/scheduler.cpp only:"

{ grep -HnE '\bsyscall[[:space:]]*\(' "${platform[@]}" "${runtime[@]}" "${priority[@]}" "${rtapi[@]}" || true; } |
  { grep -vE ':[[:space:]]*//' || true; } |
  complain "system calls go through rtss_system_call(), see platform/system_call.h:"

# room NAME BELOW...: its files may include that room, those below it, priority and platform.
room() {
  local name=$1 below
  below=$(IFS='|'; echo "$*")
  mapfile -t files < <(sources "runtime/$name")
  only "runtime/$name may include runtime/{$below}, priority and platform only:" \
    "runtime/($below)/|priority/|platform/" "${files[@]}"
}
room segment
room inspect segment
room sync segment
room names sync segment
room life names sync segment
room services life names sync segment

if [[ $# -eq 2 ]]; then
  tools/check_calls.py runtime "$2" || failed=1
fi

exit "$failed"
