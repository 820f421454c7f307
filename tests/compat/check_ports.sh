#!/usr/bin/env bash
# check_ports.sh BUILD SOURCE CC CXX: installs the build, then builds and runs each port with and without UNICODE.
set -euo pipefail
build=$1 source=$2 cc=$3 cxx=$4
work=$(mktemp -d)
namespace=compat$$
trap 'rm -rf "$work" /dev/shm/rtss-"$(id -u)"-"$namespace"*' EXIT

cmake --install "$build" --prefix "$work/tree" >/dev/null
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(find "$work/tree" -type d -name pkgconfig)
libdir=$(pkg-config --variable=libdir rtapi-compat)
read -ra cflags <<<"$(pkg-config --cflags rtapi-compat)"
read -ra libs <<<"$(pkg-config --libs rtapi-compat)"

export LD_LIBRARY_PATH=$libdir RTSS_NAMESPACE=$namespace
for program in "$source"/*.c "$source"/*.cpp; do
  compiler=$cc
  [[ $program == *.c ]] || compiler=$cxx
  for unicode in '' -DUNICODE; do
    # shellcheck disable=SC2086   # empty or one word
    "$compiler" $unicode "${cflags[@]}" "$program" "${libs[@]}" -o "$work/port" 2>"$work/warnings" ||
      { cat "$work/warnings" >&2; exit 1; }
    got=$(timeout 60 "$work/port" one "zwei drei" 2>&1) || { echo "$program $unicode failed: $got" >&2; exit 1; }
    [[ $got == *"all as expected" ]] || { echo "$program $unicode printed: $got" >&2; exit 1; }
  done
done

# Nothing of it is seen by a program that includes only rtapi.h.
read -ra plain <<<"$(pkg-config --cflags rtapi)"
for name in CloseHandle CreateMutex CreateFile TCHAR InterlockedIncrement CRITICAL_SECTION; do
  if echo '#include <rtapi.h>' | "$cc" "${plain[@]}" -E -dD - | grep -qw "$name"; then
    echo "rtapi.h leaks $name" >&2
    exit 1
  fi
done
echo "1 passed, 0 failed"
