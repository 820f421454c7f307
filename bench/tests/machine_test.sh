#!/usr/bin/env bash
# usage: machine_test.sh RTSS_BENCH
# shellcheck disable=SC2317   # expect calls the functions
# What is taken from the machine beside the measurement: --tracemark and --smi. In a mount namespace of the test's own,
# where the machine's files can be others.
set -uo pipefail
if [[ ${2:-} != inside ]]; then
  unshare -m true 2>/dev/null || { echo "SKIPPED: needs root, for a mount namespace"; exit 77; }
  exec unshare -m "$0" "$1" inside
fi
# shellcheck source=bench/tests/common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
instance='' counter='' made_device=''
end() {   # what is not of this mount namespace alone goes, too: a trace's instance, and the folder of devices
  cd /
  [[ -z $counter ]] || kill "$counter" 2>/dev/null
  if [[ -n $instance ]]; then
    umount -l /sys/kernel/tracing
    rmdir "$instance"
  fi
  umount -l "$directory/tracefs" 2>/dev/null
  if [[ -n $made_device ]]; then
    umount -l /dev/cpu 2>/dev/null
    rmdir /dev/cpu
  fi
  rm -rf "$directory"
}
trap end EXIT
hide() {   # hide FOLDER: it is empty from here on
  [[ ! -d $1 ]] || mount -t tmpfs none "$1" || { echo "SKIPPED: $1 cannot be hidden: no right to mount"; exit 77; }
}
short=(semaphore --threads -r 3 -l 200)

# ---- --tracemark ----------------------------------------------------------------------------------------------------
expect "a mark without a break is wrong usage" exits_with 125 "$bench" "${short[@]}" --tracemark
expect "it says what it needs" said "--tracemark requires --break"

mkdir "$directory/tracefs"
hide /sys/kernel/tracing
hide /sys/kernel/debug   # where the trace is looked for next
expect "without a trace it is refused" exits_with 125 "$bench" "${short[@]}" -b 0.001 --tracemark
expect "it says how to get one" said "as root: mount -t tracefs tracefs /sys/kernel/tracing"

if mount -t tracefs tracefs "$directory/tracefs" 2>/dev/null && mkdir "$directory/tracefs/instances/rtss-bench-$$" 2>/dev/null; then
  # A trace of the test's own: that of the machine stays as it is.
  instance=$directory/tracefs/instances/rtss-bench-$$
  mount --bind "$instance" /sys/kernel/tracing
  echo 1 >"$instance/tracing_on"
  expect "no sample above the break, no mark" exits_with 0 "$bench" "${short[@]}" -b 1e9 --tracemark
  expect "and the trace goes on" test "$(cat "$instance/tracing_on")" = 1
  expect "a sample above it ends the measurement" exits_with 2 "$bench" "${short[@]}" -b 0.001 --tracemark --json "$directory/r.json"
  expect "the trace is stopped" test "$(cat "$instance/tracing_on")" = 0
  expect "its last entry is the mark, with the sample and the limit in ns" \
    grep -qE 'rtss-bench: hit latency threshold \([0-9]+ > 1 ns\)' <(tail -n 1 "$instance/trace")
  expect "the thread is that of the break" json r.json \
    "any(t['broken_off']['thread'] == int('$(tail -n 1 "$instance/trace" | sed -E 's/^ *[^ ]*-([0-9]+) .*/\1/')') for t in d['thread'].values() if 'broken_off' in t)"
  umount /sys/kernel/tracing
  rmdir "$instance"
  instance=
else
  echo "SKIPPED: --tracemark in a trace: this kernel has no tracefs with instances"
fi

# ---- --smi ----------------------------------------------------------------------------------------------------------
processor() { # processor VENDOR FLAGS: /proc/cpuinfo is of such a one
  printf 'vendor_id\t: %s\nmodel name\t: test\nflags\t\t: fpu %s\n' "$1" "$2" >"$directory/cpuinfo"
}
processor AuthenticAMD msr
mount --bind "$directory/cpuinfo" /proc/cpuinfo
mkdir -p "$directory/empty"
if [[ ! -d /dev/cpu ]] && mkdir /dev/cpu; then made_device=yes; fi
mount --bind "$directory/empty" /dev/cpu || exit 1   # the machine's own registers would be written
smi=("$bench" "${short[@]}" --smi --json "$directory/smi.json")

expect "a processor without the counter is refused" exits_with 125 "${smi[@]}"
expect "by its name" said "rtss-bench: --smi: this processor (AuthenticAMD) does not count system management interrupts"
processor GenuineIntel "msr hypervisor"
expect "so is a virtual machine" exits_with 125 "${smi[@]}"
expect "for that reason" said "--smi: a virtual machine does not see"
processor GenuineIntel msr
expect "so is a machine without the device" exits_with 125 "${smi[@]}"
expect "with what to do" said "msr: No such file or directory; as root: modprobe msr"

# The register of each CPU as a file: the count at its address.
count() { # count CPU N
  /usr/bin/python3 -c "import sys, os; fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT); os.pwrite(fd, int(sys.argv[2]).to_bytes(8, 'little'), 0x34)" \
    "/dev/cpu/$1/msr" "$2"
}
mapfile -t cpus < <(/usr/bin/python3 -c "import os; print(*sorted(os.sched_getaffinity(0)), sep='\n')")
for cpu in "${cpus[@]}"; do
  mkdir "$directory/empty/$cpu"
  count "$cpu" 40
done
expect "with the device they are counted" exits_with 0 "${smi[@]}"
expect "none has come on CPU ${cpus[0]}" said "system management interrupts meanwhile: CPU ${cpus[0]}: 0"
exec {ticks}< <(exec /usr/bin/python3 -c "
import os, sys, time
fd = os.open(sys.argv[1], os.O_WRONLY)
print('begun', flush=True)
for n in range(41, 41 + 60_000):
    os.pwrite(fd, n.to_bytes(8, 'little'), 0x34)
    time.sleep(0.005)
" "/dev/cpu/${cpus[0]}/msr")
counter=$!
read -r -u "$ticks" _
expect "those that come are counted, too" exits_with 0 "${smi[@]}"
kill "$counter"
wait "$counter" 2>/dev/null
counter=
expect "on their CPU" grep -qE "interrupts meanwhile: CPU ${cpus[0]}: [1-9]" "$directory/out"
expect "the file tells of them" json smi.json "any('system management interrupts' in line for line in d['measurements'][0]['conditions'])"

exit "$((failures > 0))"
