#!/usr/bin/env bash
# usage: layout_hash.sh CXX SOURCES
# The layout hash moves when two members change places, also two of one type; it stays when only a comment changes.
set -euo pipefail
cxx=$1 sources=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# hash_of FOLDER: the layout hash of the headers there.
hash_of() {
  cmake -D SOURCES="$1" -D OUTPUT="$1/members/layout_members.inc" -P "$sources/cmake/layout_members.cmake"
  "$cxx" -std=c++20 -I"$1" -I"$1/members" "$work/main.cpp" "$1/runtime/segment/layout.cpp" -o "$1/hash"
  "$1/hash"
}

# copy NAME: a folder with the shared headers.
copy() {
  mkdir -p "$work/$1/runtime"
  cp -r "$sources/platform" "$sources/priority" "$work/$1/"
  cp -r "$sources/runtime/segment" "$work/$1/runtime/"
  printf '%s\n' "$work/$1"
}

cat >"$work/main.cpp" <<'EOF'
#include <cstdio>
#include "runtime/segment/layout.h"
int main() { std::printf("%llx\n", static_cast<unsigned long long>(rtss::runtime::layout_hash())); }
EOF

same=$(copy same)
swapped=$(copy swapped)
sed -i 's|// cache$|// a cache|' "$same/runtime/segment/layout.h"
sed -i -e 's/\bmanual_reset;/swapped;/' -e 's/\bpinned;/manual_reset;/' -e 's/\bswapped;/pinned;/' "$swapped/runtime/segment/layout.h"
for folder in "$same" "$swapped"; do
  ! cmp -s "$folder/runtime/segment/layout.h" "$sources/runtime/segment/layout.h" || { echo "nothing was changed in $folder"; exit 1; }
done

cp -r "$same" "$work/original"
cp "$sources/runtime/segment/layout.h" "$work/original/runtime/segment/layout.h"
original=$(hash_of "$work/original")
[[ $(hash_of "$same") == "$original" ]] || { echo "a comment moved the hash"; exit 1; }
[[ $(hash_of "$swapped") != "$original" ]] || { echo "two members changed places and the hash stayed"; exit 1; }
echo "$original"
