#!/bin/sh
# Installs the library, moves the installed tree, and builds and runs the consumer against it: by find_package, then by
# pkg-config. Nothing of the source or build tree is visible to the consumer.
# usage: check_package.sh CMAKE GENERATOR BUILD_DIR WORK_DIR PKG_CONFIG LIBDIR     environment: CC CXX SANITIZE
set -eu
cmake=$1 generator=$2 build=$3 work=$4 pkg_config=$5 libdir=$6
consumer=$(dirname "$(readlink -f "$0")")/consumer
sanitize=${SANITIZE:+-fsanitize=$SANITIZE}

# A port ends by ExitProcess, which runs no exit handler: its namespace is removed here. The consumers choose their own.
RTSS_NAMESPACE=port-$$
export RTSS_NAMESPACE
trap 'rm -f "/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE"' EXIT

run() {
  echo "running $1"
  output=$(LD_LIBRARY_PATH=${2:-} "$1")
  test "$output" = "consumer: every object worked"
}

rm -rf "$work"
mkdir -p "$work"
"$cmake" --install "$build" --prefix "$work/installed" > /dev/null
mv "$work/installed" "$work/moved"
prefix=$work/moved
test -f "$prefix/include/rtapi.h"
test -L "$prefix/$libdir/librtapi.so"

"$cmake" -G "$generator" -S "$consumer" -B "$work/found" -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_C_FLAGS="$sanitize" -DCMAKE_CXX_FLAGS="$sanitize" > /dev/null
grep -q "^Rtapi_DIR:PATH=$prefix/" "$work/found/CMakeCache.txt"
"$cmake" --build "$work/found"
run "$work/found/consumer_c"
run "$work/found/consumer_cpp"
run "$work/found/port"

PKG_CONFIG_LIBDIR=$prefix/$libdir/pkgconfig
export PKG_CONFIG_LIBDIR
flags=$("$pkg_config" --cflags rtapi)
libraries=$("$pkg_config" --libs rtapi)
# The flags are words of a command line.
# shellcheck disable=SC2086
"$CC" -std=c11 $sanitize $flags "$consumer/consumer.c" -o "$work/consumer_c" $libraries
# shellcheck disable=SC2086
"$CXX" -std=c++17 $sanitize $flags "$consumer/consumer.cpp" -o "$work/consumer_cpp" $libraries
run "$work/consumer_c" "$prefix/$libdir"
run "$work/consumer_cpp" "$prefix/$libdir"
