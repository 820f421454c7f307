#!/usr/bin/env bash
# The package rtss-dotnet is made where dotnet builds it, and left out by name where dotnet is not there or NuGet is out of
# reach. Another failure of dotnet is an error.
# usage: check_dotnet.sh CMAKE PACKAGING_SCRIPT
set -euo pipefail
cmake=$1
script=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >look.cmake <<END
include($script)
message(NOTICE "made: \${RTSS_DOTNET}.")
END

# Configures with a dotnet that says SAID and exits with STATUS, or with none, and expects EXPECTED of the output.
expect() {
  local expected=$1 output
  output=$(PATH=$PWD/bin "$cmake" -P look.cmake 2>&1) || output+=" failed"
  if [[ $output != $expected ]]; then
    printf 'expected: %s\ngot: %s\n' "$expected" "$output"
    exit 1
  fi
}

mkdir bin
expect "*rtss-dotnet is left out: no dotnet*made: .*"
printf '#!/bin/sh\necho "$SAID"\nexit "$STATUS"\n' >bin/dotnet
chmod +x bin/dotnet
SAID="" STATUS=0 expect "made: $PWD/dotnet/Rtss."
SAID="error NU1301: no route to the source" STATUS=1 expect "*rtss-dotnet is left out: NuGet is out of reach*made: .*"
SAID="error CS1002: ; expected" STATUS=1 expect "*rtss-dotnet: error CS1002* failed"
