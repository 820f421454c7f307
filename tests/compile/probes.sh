#!/usr/bin/env bash
# usage: probes.sh LIBRARY MANUAL
# The library's notes hold each static probe that the manual lists, with three arguments, and no other of its provider.
set -euo pipefail
library=$1 manual=$2
if ! printf '#include <sys/sdt.h>\n' | "${CXX:-c++}" -x c++ -fsyntax-only - 2>/dev/null; then
  echo "skipped: no <sys/sdt.h> (package systemtap-sdt-dev)"
  exit 77
fi
listed=$(sed -n '/^\.SH PROBES/,/^\.SH FILES/s/^\.B \([a-z]*_[a-z]*\)$/\1/p' "$manual" | sort)
# NAME ARGUMENTS of each probe; a C++ library that is linked in has others, of its own provider.
probes=$(readelf -n "$library" | awk '$1 == "Provider:" { provider = $2 } $1 == "Name:" { name = $2 }
  $1 == "Arguments:" && provider == "rtapi" { print name, NF - 1 }' | sort -u)
expected=$(sed 's/$/ 3/' <<<"$listed")
if [[ -z $listed || $probes != "$expected" ]]; then
  printf 'the manual lists\n%s\nthe library has\n%s\n' "$expected" "$probes"
  exit 1
fi
wc -l <<<"$probes"
