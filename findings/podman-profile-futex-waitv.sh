#!/usr/bin/env bash
# The default seccomp profile of Debian 12's Podman (containers-common 0.50) lists futex but not futex_waitv, and what it
# does not list fails with ENOSYS. So a program that looks whether the call is there takes a kernel that has it for one
# before 5.16: a wait on several futexes (Wine's fsync, this library) fails in the container only.
# Docker's profile lets the call through; upstream's does from 0.68 on (Podman 6).
#
# Downloads Debian's package and reads the profile in it. Seen with 0.50.1+ds1-4. Exits with 1 if the profile is another.
set -euo pipefail
package=golang-github-containers-common
for tool in apt-get dpkg-deb python3; do
  command -v "$tool" > /dev/null || { echo "skipped: no $tool"; exit 0; }
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq download "$package" 2> apt.log || { echo "skipped: $package cannot be downloaded"; exit 0; }
dpkg-deb -x "$package"_*.deb content
echo "$package $(dpkg-deb -f "$package"_*.deb Version)"

python3 - content/usr/share/containers/seccomp.json << 'END'
import errno
import json
import sys

with open(sys.argv[1]) as file:
    profile = json.load(file)


def answer(call):
    for rule in profile["syscalls"]:
        if call in rule["names"] and rule["action"] == "SCMP_ACT_ALLOW":
            return "allowed"
    return errno.errorcode[profile["defaultErrnoRet"]]


answers = {call: answer(call) for call in ("futex", "membarrier", "futex_waitv")}
for call, said in answers.items():
    print(f"{call}: {said}")
sys.exit(answers != {"futex": "allowed", "membarrier": "allowed", "futex_waitv": "ENOSYS"})
END
