#!/usr/bin/env bash
# check_guide.sh BUILD GUIDE CC CXX: does what the porting guide says. Its programs are saved under the names in their
# first lines, its commands are run in order against an installed tree, and what they print is what it says they print.
# environment: SANITIZE, what the build was made with
set -euo pipefail
build=$1 guide=$2
work=$(mktemp -d)
export RTSS_NAMESPACE=guide$$ PREFIX=$work/tree ASAN_OPTIONS=detect_leaks=0
trap 'rm -rf "$work" /dev/shm/rtss-"$(id -u)"-"$RTSS_NAMESPACE"*' EXIT

cmake --install "$build" --prefix "$PREFIX" >/dev/null
mkdir "$work/bin" "$work/port"
printf '#!/bin/sh\nexec %s "$@"\n' "$3${SANITIZE:+ -fsanitize=$SANITIZE}" >"$work/bin/cc"
printf '#!/bin/sh\nexec %s "$@"\n' "$4${SANITIZE:+ -fsanitize=$SANITIZE}" >"$work/bin/c++"
chmod +x "$work"/bin/*
export PATH=$work/bin:$PATH CC=$work/bin/cc CXX=$work/bin/c++

# The manual page is the guide: whatis finds it, groff takes it, and it has every section.
page=$(find "$PREFIX" -name porting-from-rtx.7)
[[ -n $page ]] || { echo "porting-from-rtx(7) is not installed" >&2; exit 1; }
lexgrog "$page" >/dev/null
LC_ALL=C.UTF-8 MANWIDTH=120 man --warnings -l "$page" >"$work/page" 2>"$work/page errors"
[[ ! -s "$work/page errors" ]] || { cat "$work/page errors" >&2; exit 1; }
grep '^##' "$guide" | sed 's/^#* //' | while read -r heading; do
  grep -qE "^ *$heading\$" "$work/page" || { echo "not in the manual page: $heading" >&2; exit 1; }
done

cd "$work/port"

awk '
  /^```/ && block == "" { block = substr($0, 4); file = ""; blocks[block]++; next }
  /^```$/ { block = ""; next }
  block == "sh" { print > "../commands" }
  block == "text" { print > "../expected" }
  block == "cmake" { print > "CMakeLists.txt" }
  block == "c" || block == "cpp" {
    if (file == "") { file = $2; print "" > file }
    print > file
  }
  END {
    if (block != "") { print "a block is not closed: " block > "/dev/stderr"; exit 1 }
    if (blocks["sh"] < 5 || blocks["text"] < 3 || blocks["c"] < 1 || blocks["cpp"] < 1) exit 1
  }
' "$guide"

timeout 200 bash -euo pipefail ../commands >../printed 2>../errors || { cat ../printed ../errors >&2; exit 1; }
diff -u ../expected ../printed || { cat ../errors >&2; exit 1; }
echo "$(wc -l <../commands) lines of commands did what the guide says"
