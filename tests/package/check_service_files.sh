#!/usr/bin/env bash
# systemd accepts the example units; the service makes its namespace, also when it is there; the group and the device of
# the snippets come out as described, in a root of their own; limits are of the form that pam_limits reads.
# usage: check_service_files.sh RTSS EXAMPLES_DIR
set -euo pipefail
rtss=$1 examples=$2
fail() { echo "check_service_files: $1" >&2; exit 1; }
for tool in systemd-analyze systemd-sysusers systemd-tmpfiles; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
work=$(mktemp -d)
namespace=units-$$
trap 'rm -rf "$work" /dev/shm/rtss-group-"$namespace"*' EXIT

# As installed, but with programs that this machine has.
for unit in "$examples"/*.service; do
  sed "s|/usr/bin/rtss|$rtss|; s|/usr/local/bin/controller|/bin/true|" "$unit" >"$work/$(basename "$unit")"
done
cp "$work/rtss-namespace@.service" "$work/rtss-namespace@cell.service"
said=$(SYSTEMD_UNIT_PATH="$work:" systemd-analyze verify --man=no "$work/rtss-namespace@cell.service" "$work/controller.service" 2>&1) ||
  fail "$said"
[[ -z $said ]] || fail "systemd complains: $said"

# The group may not exist here: any group does.
start=$(sed -n 's/^ExecStart=//p' "$work/rtss-namespace@.service")
[[ $start == *" --group realtime group:%i" ]] || fail "another command than expected: $start"
start=${start/--group realtime/--group $(id -g)}
read -ra words <<<"${start/\%i/$namespace}"
for _ in 1 2; do
  "${words[@]}" || fail "the service failed"
done
[[ $(stat -c '%a %g' "/dev/shm/rtss-group-$namespace") = "660 $(id -g)" ]] || fail "no namespace for the group"

if [[ $(id -u) -eq 0 ]]; then
  mkdir -p "$work/tree"/{etc/sysusers.d,etc/tmpfiles.d,dev}
  touch "$work/tree/dev/cpu_dma_latency"
  cp "$examples/realtime-sysusers.conf" "$work/tree/etc/sysusers.d/"
  said=$(systemd-sysusers --root="$work/tree" realtime-sysusers.conf 2>&1) || fail "systemd-sysusers: $said"
  gid=$(sed -nE 's/^realtime:[^:]*:([0-9]+):.*/\1/p' "$work/tree/etc/group")
  [[ -n $gid ]] || fail "no group realtime"
  cp "$examples/realtime-tmpfiles.conf" "$work/tree/etc/tmpfiles.d/"
  said=$(systemd-tmpfiles --root="$work/tree" --create realtime-tmpfiles.conf 2>&1) && [[ -z $said ]] || fail "systemd-tmpfiles: $said"
  [[ $(stat -c '%a %g' "$work/tree/dev/cpu_dma_latency") = "660 $gid" ]] || fail "the device does not belong to the group"
else
  echo "not tried without root: the group and the device"
fi

items='rtprio|memlock'
others=$(grep -vE "^(#.*)?\$|^@realtime +- +($items) +([0-9]+|unlimited)\$" "$examples/realtime.conf" || true)
[[ -z $others ]] || fail "not a limit: $others"
for item in rtprio memlock; do
  grep -qE "^@realtime +- +$item " "$examples/realtime.conf" || fail "no limit of $item"
done
echo "units, namespace, group, device and limits are as described"
