#!/usr/bin/env bash
# Installs the Debian packages in a clean root, uses them there, runs their own tests (packaging/debian/tests), builds the
# consumer against them by CMake and by pkg-config and runs it there, and removes them again without a trace.
# usage: check_debs.sh PACKAGES_DIR WORK_DIR     needs root; 77 if it cannot be done here. The clean root is kept in
# WORK_DIR/base for the next time.
set -euo pipefail
packages=$(realpath "$1")
source=$(realpath "$(dirname "$0")/../..")
work=$(realpath -m "$2")
consumer=$source/tests/package/consumer
base=$work/base
root=$work/root

skip() { echo "skipped: $1"; exit 77; }
fail() { echo "check_debs: $1" >&2; exit 1; }
step() { echo "-- $1"; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin RTSS_NAMESPACE=packages "$@"; }
files() { (cd "$root" && find . -xdev -path ./dev/shm -prune -o -path ./proc -prune -o -print | sort); }
# What a package manager writes for itself, and what its log and cache leave.
without_records() { grep -vE '^\./(var/lib/dpkg|var/log|var/cache/ldconfig)(/|$)' "$1"; }
unmount() {
  for mounted in "$root/dev/shm" "$root/proc"; do
    ! mountpoint -q "$mounted" || umount "$mounted"
  done
}

step "the C library that is asked for"
mapfile -t glibc < <(grep -ohE 'glibc [0-9.]+ or later' "$source"/README.md "$source"/tools/rtss/doctor/privileges.cpp | cut -d' ' -f2)
needed=$(dpkg-deb -f "$packages"/librtapi0_*.deb Depends | sed -nE 's/.*libc6 \(>= ([0-9.]+)\).*/\1/p')
[[ ${#glibc[@]} -eq 2 && ${glibc[0]} = "$needed" && ${glibc[1]} = "$needed" ]] ||
  fail "README.md and rtss doctor speak of glibc ${glibc[*]}, the package depends on libc6 $needed"

[[ $(id -u) -eq 0 ]] || skip "a clean root needs root"
command -v debootstrap >/dev/null || skip "no debootstrap"
mkdir -p "$work"
if [[ ! -x $base/usr/bin/g++ || ! -e $base/etc/debian_version ]]; then
  step "clean root"
  rm -rf "$base" "$base.new"
  debootstrap --variant=minbase --include=python3,libstdc++6,g++,pkg-config bookworm "$base.new" >"$work/debootstrap.log" 2>&1 ||
    skip "debootstrap failed, see $work/debootstrap.log"
  mv "$base.new" "$base"
fi
unmount
rm -rf "$root"
cp -a "$base" "$root"
trap unmount EXIT
mount -t proc proc "$root/proc" || skip "no mounts here"
mkdir -p "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
# So that the first byte-compilation and loader cache are not taken for leftovers.
inside ldconfig
files >"$work/before"

step "install"
mapfile -t names < <(for package in "$packages"/*.deb; do dpkg-deb -f "$package" Package; done)
# Wine and all that it needs would be 500 MB: the clean root goes without.
dpkg --root="$root" -i --ignore-depends=wine64 "$packages"/*.deb >"$work/install.log" 2>&1 || { cat "$work/install.log" >&2; exit 1; }
inside ldconfig -p | grep 'librtapi\.so\.0 ' >/dev/null || fail "the loader does not know librtapi.so.0"
[[ -z $(find "$root/etc" -newer "$work/before" \( -path '*/security/limits.d/*' -o -path '*/systemd/*' -o -path '*/sysusers.d/*' \) -type f) ]] ||
  fail "something was put in place that should only be an example"
for file in "$source"/packaging/examples/*; do
  [[ $(stat -c %a "$root/usr/share/doc/rtss-tools/examples/${file##*/}") = 644 ]] || fail "the example ${file##*/} is not installed"
done

step "commands, manual pages, completion, Python"
for command in rtss rtss-bench; do
  inside "$command" --help >/dev/null || fail "$command --help failed"
  [[ -s $root/usr/share/man/man1/$command.1.gz ]] || fail "no manual page for $command"
done
for page in "$root"/usr/share/man/man3/Rt*.3.gz; do
  target=$(gzip -dc "$page" | sed -n 's/^\.so //p')
  [[ -z $target || -s $root/usr/share/man/$target.gz ]] || fail "$page leads nowhere"
done
for command in bench check clean doctor info ls namespace show worst; do
  [[ -s $root/usr/share/rtss/schemas/$command.schema.json ]] || fail "no schema of what $command writes"
done
bash -n "$root/usr/share/bash-completion/completions/rtss"
test -s "$root/usr/share/bash-completion/completions/rtss-bench"
test -s "$root/usr/share/zsh/vendor-completions/_rtss"
test -s "$root/usr/share/fish/vendor_completions.d/rtss.fish"
inside python3 -c 'import rtss
with rtss.Mutex("packages") as mutex: assert mutex.created and mutex.owned'

if [[ " ${names[*]} " == *" rtss-dotnet "* ]]; then
  step ".NET, PowerShell"
  for file in dotnet/Rtss.dll dotnet/Rtss.xml powershell/Rtss/Rtss.{dll,PowerShell.dll,psd1,psm1}; do
    [[ -s $root/usr/share/rtss/$file ]] || fail "no /usr/share/rtss/$file"
  done
else
  step "rtss-dotnet was left out: .NET is not tested"
fi

step "the packages' own tests"
cp -r "$source/packaging/debian/tests" "$root/tests"
mkdir "$root/tests/work"
for test in $(sed -n 's/^Tests: //p' "$source/packaging/debian/tests/control"); do
  step "  $test"
  inside AUTOPKGTEST_TMP=/tests/work "/tests/$test" >"$work/$test.log" 2>&1 || { cat "$work/$test.log" >&2; fail "$test"; }
done
rm -r "$root/tests"

step "symbols for debuggers"
build=$(readelf -n "$root"/usr/lib/*/librtapi.so.0 | sed -n 's/.*Build ID: //p')
readelf -S "$root/usr/lib/debug/.build-id/${build:0:2}/${build:2}.debug" | grep '\.debug_info' >/dev/null || fail "none for the library"

if [[ " ${names[*]} " != *" librtapi-wine "* ]]; then
  step "librtapi-wine was left out: Windows programs are not tested"
else
  step "Windows programs"
  wine_files=$(echo "$root"/usr/lib/*/wine)
  for file in x86_64-unix/rtapi.dll.so x86_64-windows/{RtApi.dll,RTSSrun.exe,RTSSkill.exe} ../rtss/windows/{rtapi.h,RtApi.def,libRtApi.a,rtss-bench-windows.exe}; do
    [[ -s $wine_files/$file ]] || fail "no $file in librtapi-wine"
  done
  ! readelf -d "$wine_files/x86_64-unix/rtapi.dll.so" | grep -E 'R(UN)?PATH' || fail "rtapi.dll.so looks for the library where it was built"
  if command -v wine >/dev/null; then
    # This machine's Wine, with the installed files: a new prefix has the programs where every Windows program finds them.
    mkdir -p "$work/library"
    cp "$root"/usr/lib/*/librtapi.so.0 "$work/library"
    windows() { env WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe= RTSS_NAMESPACE=packages-$$ \
      WINEDLLPATH="$wine_files" LD_LIBRARY_PATH="$work/library" "$@"; }
    rm -rf "$work/prefix"
    windows wineboot -u >"$work/wineboot.log" 2>&1 || fail "no prefix for Wine, see $work/wineboot.log"
    said=$(windows wine RTSSrun 2>&1) || true
    windows wineserver -k || true
    [[ $said == "RTSSrun: no program is named"* ]] || fail "RTSSrun does not run with the installed DLL: $said"
  else
    step "no Wine on this machine: RtApi.dll is not used"
  fi
fi

step "consumer, by CMake"
prefix=$root/usr
cmake -G Ninja -S "$consumer" -B "$work/found" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
grep -q "^Rtapi_DIR:PATH=$prefix/" "$work/found/CMakeCache.txt" || fail "CMake found another Rtapi"
cmake --build "$work/found" >/dev/null
step "consumer, by pkg-config"
pkgconfig=$(echo "$prefix"/lib/*/pkgconfig)
read -ra flags < <(PKG_CONFIG_LIBDIR=$pkgconfig pkg-config --cflags --libs rtapi)
cc -std=c11 "$consumer/consumer.c" -o "$work/consumer_c" "${flags[@]}"
for program in "$work"/found/consumer_c "$work"/found/consumer_cpp "$work"/consumer_c; do
  cp "$program" "$root/consumer"
  [[ $(inside /consumer) = "consumer: every object worked" ]] || fail "$program failed with the installed library"
done
rm "$root/consumer"

step "what a package of such a program would depend on"
mkdir -p "$work/debian"
printf 'Source: consumer\n\nPackage: consumer\nArchitecture: any\n' >"$work/debian/control"
rm -rf "$work/library"
dpkg-deb -R "$packages"/librtapi0_*.deb "$work/library"
rm "$work/library/DEBIAN/shlibs"   # the symbols file alone
depends=$(cd "$work" && dpkg-shlibdeps -Slibrary -O consumer_c 2>"$work/shlibdeps.log") ||
  { cat "$work/shlibdeps.log" >&2; fail "dpkg-shlibdeps"; }
[[ $depends = *"librtapi0 (>= "* ]] || fail "not on librtapi0: $depends"

step "remove"
dpkg --root="$root" --purge "${names[@]}" >"$work/remove.log" 2>&1 ||
  { cat "$work/remove.log" >&2; exit 1; }
inside ldconfig
files >"$work/after"
left=$(diff <(without_records "$work/before") <(without_records "$work/after") || true)
[[ -z $left ]] || fail "not as before: $left"
! grep -q '^W:\|[Ww]arning' "$work/install.log" "$work/remove.log" ||
  fail "dpkg warned: $(grep -h '[Ww]arning' "$work/install.log" "$work/remove.log")"
echo "installed, used, removed"
