#!/usr/bin/env bash
# Makes the packages for 64-bit ARM and looks at what is in them: every machine code is that machine's, names and paths
# are those of the architecture, and a program can be linked with the library.
# usage: check_arm64.sh SOURCE_DIR NATIVE_BUILD_DIR WORK_DIR     77 if it cannot be done here
set -euo pipefail
source=$1
native=$2
build=$3
triplet=aarch64-linux-gnu

skip() { echo "skipped: $1"; exit 77; }
fail() { echo "check_arm64: $1" >&2; exit 1; }
[[ $(uname -m) != aarch64 ]] || skip "this machine is one: its packages are tools/package's"
command -v "$triplet-g++" >/dev/null || skip "no $triplet-g++ (g++-$triplet)"
[[ -e /usr/lib/$triplet/libncursesw.so ]] || skip "no libncurses-dev:arm64"
[[ -e /usr/lib/$triplet/libstdc++.so.6 ]] || skip "no libstdc++6:arm64"
command -v lintian >/dev/null || skip "no lintian"
command -v doxygen >/dev/null || skip "no doxygen"

"$source/tools/package" --arch arm64 --native "$native" "$build" >"$build.log" 2>&1 || { cat "$build.log" >&2; fail "tools/package"; }
grep -q '^librtapi-wine is left out: ' "$build.log" || fail "librtapi-wine was not left out by name"

# The machines that a directory has code for. readelf fails at each file that is not code.
machines() { { find "$1" -type f -exec readelf -h {} + 2>/dev/null || true; } | sed -n 's/^ *Machine: *//p' | sort -u; }

root=$build/check
rm -rf "$root"
mkdir "$root"
declare -A architecture
for package in "$build"/packages/*.deb; do
  name=$(dpkg-deb -f "$package" Package)
  architecture[$name]=$(dpkg-deb -f "$package" Architecture)
  dpkg-deb -x "$package" "$root/$name"
  case $name in
    python3-rtss | rtss-dotnet) expected=all ;;
    *) expected=arm64 ;;
  esac
  [[ ${architecture[$name]} = "$expected" && $package = *"_$expected.deb" ]] || fail "$package is of ${architecture[$name]}"
  found=$(machines "$root/$name")
  [[ $expected = all && -z $found || $expected = arm64 && $found = AArch64 ]] || fail "$name has code for: $found"
  [[ -z $(find "$root/$name" -path '*x86*') ]] || fail "$name has paths of another machine"
done
for name in librtapi0 librtapi0-dbgsym librtapi-dev rtss-tools python3-rtss; do
  [[ -v architecture[$name] ]] || fail "no $name"
done
[[ ! -v architecture[librtapi-wine] ]] || fail "librtapi-wine is no package for this machine"

for file in librtapi0/usr/lib/$triplet/librtapi.so.0 librtapi-dev/usr/lib/$triplet/{librtapi.so,pkgconfig/rtapi.pc,librtapi_main.a} \
  librtapi-dev/usr/lib/$triplet/cmake/Rtapi/RtapiConfig.cmake rtss-tools/usr/lib/$triplet/rtss/librtss_cas_pair.so \
  rtss-tools/usr/share/man/man1/{rtss,rtss-bench}.1.gz; do
  [[ -e $root/$file || -L $root/$file ]] || fail "no $file"
done
for name in librtapi0 rtss-tools; do
  depends=$(dpkg-deb -f "$build/packages/$name"_*.deb Depends)
  [[ $depends == *"libc6 (>= "* && $depends != *cross* ]] || fail "$name depends on $depends"
done
# Not older than what README.md says, nor than what the library's symbols need.
asked=$(dpkg-deb -f "$build"/packages/librtapi0_*.deb Depends | sed -nE 's/.*libc6 \(>= ([0-9.]+)\).*/\1/p')
for needed in $(sed -nE 's/.* glibc ([0-9.]+) or later.*/\1/p' "$source/README.md") \
  $(readelf -V "$root"/librtapi0/usr/lib/$triplet/librtapi.so.0 | grep -oE 'GLIBC_[0-9.]+' | cut -d_ -f2); do
  dpkg --compare-versions "$asked" ge "$needed" || fail "librtapi0 asks for libc6 $asked and needs $needed"
done

identifier=$(readelf -n "$root"/librtapi0/usr/lib/$triplet/librtapi.so.0 | sed -n 's/.*Build ID: //p')
symbols=$root/librtapi0-dbgsym/usr/lib/debug/.build-id/${identifier:0:2}/${identifier:2}.debug
readelf -S "$symbols" | grep '\.debug_info' >/dev/null || fail "no symbols of the library that was packaged"

mkdir "$root/program"
cp -a "$root"/librtapi0/usr "$root"/librtapi-dev/usr "$root/program"
read -ra flags < <(PKG_CONFIG_LIBDIR=$root/program/usr/lib/$triplet/pkgconfig pkg-config --cflags --libs rtapi)
"$triplet-gcc" -std=c11 "$source/tests/package/consumer/consumer.c" -o "$root/program/consumer" "${flags[@]}"
[[ $(machines "$root/program/consumer") = AArch64 ]] || fail "the consumer is not for this machine"
echo "packages: ${!architecture[*]}"
