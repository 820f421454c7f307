#!/usr/bin/env bash
# tools/package names what is missing before it makes anything: tools, and for another architecture its compiler.
# usage: check_missing_tools.sh SOURCE_DIR
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
for tool in bash dirname realpath cmake ninja; do
  ln -s "$(command -v "$tool")" "$work/bin/$tool"
done

# What tools/package says where only these tools are.
said_of() {
  local said
  if said=$(PATH=$work/bin "$work/bin/bash" "$source/tools/package" "$@" 2>&1); then
    echo "it did not fail: $said" >&2
    exit 1
  fi
  [[ ! -e $work/build ]] || { echo "it made $work/build" >&2; exit 1; }
  echo "$said"
}
unexpected() { echo "it said: $1" >&2; exit 1; }

source=$1
said=$(said_of "$work/build")
[[ $said == *"not installed: "*doxygen*"tools/install-deps --all"* && $said != *cmake* ]] || unexpected "$said"
said=$(said_of --arch)
[[ $said == "usage: "* ]] || unexpected "$said"

command -v dpkg-architecture >/dev/null || exit 0
for tool in dpkg dpkg-architecture; do ln -s "$(command -v "$tool")" "$work/bin/$tool"; done
for tool in dpkg-buildflags dpkg-deb objcopy cpack doxygen lintian; do ln -s /bin/true "$work/bin/$tool"; done
said=$(said_of --arch sparc64 "$work/build")
[[ $said == *"cannot cross-build for sparc64: no toolchain file"* ]] || unexpected "$said"
[[ $(dpkg --print-architecture) != arm64 ]] || exit 0
said=$(said_of --arch arm64 "$work/build")
[[ $said == *"dpkg --add-architecture arm64 && "*"apt-get install g++-aarch64-linux-gnu libncurses-dev:arm64 "*:arm64* ]] || unexpected "$said"
