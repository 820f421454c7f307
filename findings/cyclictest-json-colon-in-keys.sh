#!/usr/bin/env bash
# The JSON of Debian 12's cyclictest (rt-tests 2.4) has a colon inside two of its keys: "cmdline:" and "rt_test_version:".
# A reader that looks for "cmdline", as the names of all other keys suggest, finds nothing and no error.
#
# Takes Debian's package, unpacked, not installed. Seen with 2.4-1. Exits with 1 if the keys are others.
set -euo pipefail
for tool in apt-get dpkg-deb python3; do
  command -v "$tool" > /dev/null || { echo "skipped: no $tool"; exit 0; }
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq download rt-tests 2> apt.log || { echo "skipped: rt-tests cannot be downloaded"; exit 0; }
dpkg-deb -x rt-tests_*.deb content
echo "rt-tests $(dpkg-deb -f rt-tests_*.deb Version)"
content/usr/bin/cyclictest -q -t 1 -l 10 -i 1000 --json=result > log 2>&1 ||
  { echo "skipped: cyclictest does not run here: $(tail -n 1 log)"; exit 0; }

python3 - << 'END'
import json
import sys

keys = [key for key in json.load(open("result")) if key.endswith(":")]
print("keys with a colon:", ", ".join(keys) or "none")
sys.exit(keys != ["cmdline:", "rt_test_version:"])
END
