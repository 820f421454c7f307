#!/bin/sh
# One source takes LinuxCNC's rtapi.h and this library's, in either order, in C and C++.
# usage: check_linuxcnc.sh CC INCLUDE     environment: LINUXCNC, where its headers are if not in /usr/include/linuxcnc
set -eu
cc=$1 include=$2
theirs=${LINUXCNC:-/usr/include/linuxcnc}
if ! test -f "$theirs/rtapi.h"; then
  echo "skipped: no $theirs/rtapi.h (package linuxcnc-uspace-dev)"
  exit 77
fi
# Theirs by their path; <rtapi.h> is ours, whose folder comes first.
one="#include \"$theirs/rtapi.h\"
#include \"$theirs/rtapi_mutex.h\""
other='#include <rtapi.h>'
use='int use(void) { rtapi_print("bridge"); return RtCreateMutexA(NULL, FALSE, "bridge") != NULL && RTAPI_NAME_LEN > 0; }'
for language in c c++; do
  for mode in ULAPI RTAPI; do
    printf '%s\n%s\n%s\n' "$one" "$other" "$use" |
      "$cc" -x "$language" -D$mode -I"$include" -I"$theirs" -fsyntax-only -
    printf '%s\n%s\n%s\n' "$other" "$one" "$use" |
      "$cc" -x "$language" -D$mode -I"$include" -I"$theirs" -fsyntax-only -
  done
done
echo "both in both orders"
