#!/usr/bin/env bash
# check_ports.sh BUILD SOURCE CC CXX: installs the build, then builds each program of SOURCE with nothing but the flags
# that pkg-config prints, with and without UNICODE, and runs it in an empty directory. A program's first comment may ask
# for more: a build with -fshort-wchar besides, or builds as C++ and by clang, or "environment: NAME=VALUE" to run in.
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

passed=0 samples=()
check() {   # PROGRAM FLAGS...
  local program=$1 compiler=$cc environment got
  shift
  [[ $program == *.c && $* != *"-x c++"* ]] || compiler=$cxx
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
  if grep -q 'Also built as C++' "$program"; then samples+=("$program"); fi
done

has() {   # TOOL...: all of them
  local tool
  for tool in "$@"; do command -v "$tool" >/dev/null || return 1; done
}
# The samples, in both languages by both compilers.
for program in "${samples[@]}"; do
  check "$program" -x c++
  check "$program" -x c++ -DUNICODE
done
if [[ -n ${SANITIZE:-} ]]; then
  echo "skipped: no samples built by clang, whose sanitizers are not those of BUILD"
elif has clang clang++; then
  cc=clang cxx=clang++
  for program in "${samples[@]}"; do
    check "$program"
    check "$program" -x c++ -DUNICODE
  done
else
  echo "skipped: no clang, so no samples built by it"
fi
cc=$3 cxx=$4

# A main without its return would run on into other code.
printf '#include <tchar.h>\nint _tmain() { RtPrintf("x"); }\n' >"$work/endless.cpp"
if LC_ALL=C "$cxx" "${cflags[@]}" -fsyntax-only "$work/endless.cpp" 2>"$work/warnings"; then
  echo "C++ without return is taken" >&2
  exit 1
fi
grep -q 'return-type' "$work/warnings" || { cat "$work/warnings" >&2; exit 1; }

# The headers themselves give no warning.
headers=$(cd "$(pkg-config --variable=includedir rtapi-compat)/rtapi-compat" && grep -LE '(drvutl|rtnalapi|rtxprop)\.h[>:]' ./*.h | sed 's|.*/\(.*\)|#include <\1>|')
for language in c c++; do
  for dialect in "" -DUNICODE "-DUNICODE -fshort-wchar"; do
    # shellcheck disable=SC2086   # no word, one or two
    "$cc" -x "$language" $dialect -Wall -Wextra -Werror -fsyntax-only "${cflags[@]/-fpermissive/}" - <<<"$headers"
  done
done

# A word of the headers that the C++ library uses for something of its own would show here.
standard=$(printf '#include <%s>\n' algorithm any array atomic bitset charconv chrono codecvt complex condition_variable \
  deque exception execution filesystem forward_list fstream functional future initializer_list iomanip ios iosfwd \
  iostream istream iterator limits list locale map memory memory_resource mutex new numeric optional ostream queue \
  random ratio regex scoped_allocator set shared_mutex sstream stack stdexcept streambuf string string_view \
  system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant \
  vector cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp csignal cstdarg cstddef cstdint \
  cstdio cstdlib cstring ctime cuchar cwchar cwctype)
ours=$'#include <windows.h>\n#include <winsock2.h>\n#include <tchar.h>'
for order in "$standard"$'\n'"$ours" "$ours"$'\n'"$standard"; do
  "$cxx" -x c++ -std=gnu++17 -fsyntax-only "${cflags[@]}" - <<<"$order"
done

# The Windows half is built with the same flags and -UUNDER_RTSS.
"$cc" "${cflags[@]}" -UUNDER_RTSS -fsyntax-only -Wno-all -x c - 2>/dev/null <<<$'#include <rtapi.h>\n#ifdef UNDER_RTSS\n#error\n#endif'

# What has no counterpart says so, and the way out.
for header in RtxProp.h Drvutl.h rtnalapi.h; do
  if LC_ALL=C "$cc" "${cflags[@]}" -x c -fsyntax-only - <<<"#include <$header>" 2>"$work/warnings"; then
    echo "$header is taken" >&2
    exit 1
  fi
  grep -qi "#error \"$header: there" "$work/warnings" || { cat "$work/warnings" >&2; exit 1; }
done

# A dialect that cannot work is one error, which names the one that does.
for dialect in -std=c11 -std=c99 -std=gnu89; do
  if LC_ALL=C "$cc" "$dialect" "${cflags[@]}" -x c -fsyntax-only - <<<'#include <tchar.h>' 2>"$work/warnings"; then
    echo "$dialect is taken" >&2
    exit 1
  fi
  [[ $(grep 'error: ' "$work/warnings" | grep -vc '^.*fatal error: -std=') == 1 ]] || { cat "$work/warnings" >&2; exit 1; }
  grep -q 'error: #error .*-std=gnu11' "$work/warnings" || { cat "$work/warnings" >&2; exit 1; }
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
