#!/usr/bin/env bash
# tools/package names the tools that are missing before it makes anything.
# usage: check_missing_tools.sh SOURCE_DIR
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
for tool in bash dirname realpath cmake ninja; do
  ln -s "$(command -v "$tool")" "$work/bin/$tool"
done
if said=$(PATH=$work/bin "$work/bin/bash" "$1/tools/package" "$work/build" 2>&1); then
  echo "it did not fail: $said" >&2
  exit 1
fi
[[ $said == *"not installed: "*doxygen*"tools/install-deps --all"* && $said != *cmake* && ! -e $work/build ]] ||
  { echo "it said: $said" >&2; exit 1; }
