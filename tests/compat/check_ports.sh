#!/usr/bin/env bash
# check_ports.sh BUILD SOURCE CC CXX: installs the build, then builds each program of SOURCE with nothing but the flags
# that pkg-config prints, with and without UNICODE, and runs it in an empty directory. A program's first comment may ask
# for more: a build with -fshort-wchar besides, or "environment: NAME=VALUE" to run in.
# environment: SANITIZE, what BUILD was made with
set -euo pipefail
build=$1 source=$2 cc=$3 cxx=$4
work=$(mktemp -d)
trap 'rm -rf "$work" /dev/shm/rtss-"$(id -u)"-compat$$*' EXIT
export ASAN_OPTIONS=detect_leaks=0   # ports terminate threads, whose memory stays

cmake --install "$build" --prefix "$work/tree" >/dev/null
export PKG_CONFIG_PATH LD_LIBRARY_PATH RTSS_NAMESPACE
PKG_CONFIG_PATH=$(find "$work/tree" -type d -name pkgconfig)
LD_LIBRARY_PATH=$(pkg-config --variable=libdir rtapi-compat)
read -ra cflags <<<"$(pkg-config --cflags rtapi-compat)"
read -ra libs <<<"$(pkg-config --libs rtapi-compat)"

passed=0
check() {   # PROGRAM FLAGS...
  local program=$1 compiler=$cc environment got
  shift
  [[ $program == *.c ]] || compiler=$cxx
  "$compiler" ${SANITIZE:+"-fsanitize=$SANITIZE"} "$@" "${cflags[@]}" "$program" "${libs[@]}" -o "$work/port" 2>"$work/warnings" ||
    { cat "$work/warnings" >&2; exit 1; }
  environment=$(sed -n 's/.*environment: \([^ ]*\).*/\1/p' "$program")
  RTSS_NAMESPACE=compat$$-$((++passed))
  mkdir "$work/$passed"
  got=$(cd "$work/$passed" && env ${environment:+"$environment"} timeout 60 "$work/port" one "zwei drei" </dev/null 2>&1) ||
    { echo "$program $* failed ($?): $got" >&2; exit 1; }
  [[ $got == *"all as expected" ]] || { echo "$program $* printed: $got" >&2; exit 1; }
}
for program in "$source"/*.c "$source"/*.cpp; do
  check "$program"
  check "$program" -DUNICODE
  if grep -q 'Also built with -fshort-wchar' "$program"; then check "$program" -DUNICODE -fshort-wchar; fi
done

# A main without its return would run on into other code.
printf '#include <tchar.h>\nint _tmain() { RtPrintf("x"); }\n' >"$work/endless.cpp"
if LC_ALL=C "$cxx" "${cflags[@]}" -fsyntax-only "$work/endless.cpp" 2>"$work/warnings"; then
  echo "C++ without return is taken" >&2
  exit 1
fi
grep -q 'return-type' "$work/warnings" || { cat "$work/warnings" >&2; exit 1; }

# The headers themselves give no warning.
for language in c c++; do
  for dialect in "" -DUNICODE "-DUNICODE -fshort-wchar"; do
    # shellcheck disable=SC2086   # no word, one or two
    printf '#include <%s>\n' rtssapi.h tchar.h conio.h process.h winsock2.h |
      "$cc" -x "$language" $dialect -Wall -Wextra -Werror -fsyntax-only "${cflags[@]/-fpermissive/}" -
  done
done

# Nothing of it is seen by a program that includes only rtapi.h.
read -ra plain <<<"$(pkg-config --cflags rtapi)"
for name in CloseHandle CreateMutex CreateFile TCHAR InterlockedIncrement CRITICAL_SECTION RtssUserMain wcslen Sleep; do
  if echo '#include <rtapi.h>' | "$cc" "${plain[@]}" -E -dD - | grep -w "$name" >/dev/null; then
    echo "rtapi.h leaks $name" >&2
    exit 1
  fi
done
echo "$passed passed, 0 failed"
