#!/usr/bin/env bats
# doctor: on this machine, and on systems made of files, one of them well.

load look_common

# A system that has nothing wrong, as far as files say.
make_system() {
  root="$work/system"
  put sys/kernel/realtime 1
  put proc/self/status "CapEff: 000001ffffffffff"
  put proc/self/cgroup "0::/"
  put proc/sys/kernel/sched_rt_runtime_us -1
  put proc/sys/kernel/sched_rt_period_us 1000000
  put proc/sys/kernel/nmi_watchdog 0
  put proc/sys/kernel/soft_watchdog 0
  put proc/sys/fs/protected_regular 2
  for cpu in 0 1; do
    put sys/devices/system/cpu/cpu$cpu/cpufreq/scaling_governor performance
    put sys/devices/system/cpu/cpu$cpu/cpuidle/state1/latency 2
    put sys/devices/system/cpu/cpu$cpu/cpuidle/state1/disable 0
  done
  put sys/devices/system/cpu/smt/active 0
  put sys/devices/system/cpu/isolated 1
  put sys/devices/system/clocksource/clocksource0/current_clocksource tsc
  mkdir -p "$root/etc/systemd/logind.conf.d"
}
put() {
  mkdir -p "$(dirname "$root/$1")"
  echo "$2" >"$root/$1"
}

# examine: doctor on that system; its exit code in $code.
examine() {
  code=0
  "$RTSS" doctor --no-live --sysroot "$root" --json >"$work/json" 2>"$work/err" || code=$?
}
severities() { sed -n 's/^ *"check": "\(.*\)",$/\1/p; s/^ *"severity": "\(.*\)",$/\1/p' "$work/json" | paste - -; }
severity() { severities | awk -v check="$1" '$1 == check { print $2 }'; }
others() { severities | awk -v check="$1" '$1 != check'; }
finding() { grep -A 2 "\"check\": \"$1\"" "$work/json"; }

@test "doctor examines this machine: exit code, JSON and table agree" {
  code=0
  rtss doctor --json >"$work/json" || code=$?
  agrees doctor <"$work/json"
  [[ $(field "['ok', 'warn', 'fail'].index(d['result'])" <"$work/json") -eq $code ]]
  worst=$(field "max({'skip': 0, 'ok': 0, 'warn': 1, 'fail': 2}[c['severity']] for c in d['checks'])" <"$work/json")
  [[ $worst -eq $code ]]
  # What is wrong has a remedy, of one line.
  [[ $(field "all(c['remedy'] and '\n' not in c['remedy'] for c in d['checks'] if c['severity'] in ('warn', 'fail'))" \
    <"$work/json") == True ]]
  code "$code" rtss doctor
  shows CHECK
  for check in preempt-rt rtprio rttime memlock rt-group-budget rt-throttling abandonment boost dev-shm protected-regular \
    remove-ipc clock-library pid-namespace cpu-governor idle-states smt isolated-cpus clock-source high-res-timers lockup-detector layout \
    dead-members helper-threads wine; do
    shows "$check "
  done
}

@test "doctor's self-tests pass here, and leave nothing behind" {
  before=$(find /dev/shm -name "rtss-*doctor*" | sort)
  rtss doctor --json >"$work/json" || true
  [[ $(severity abandonment) == ok ]]
  [[ $(severity boost) == ok || $(severity rtprio) != ok ]] || { finding boost; false; }
  [[ $(find /dev/shm -name "rtss-*doctor*" | sort) == "$before" ]]
}

@test "doctor changes nothing: not even a namespace is made" {
  rtss doctor >/dev/null || true
  [[ ! -e $file ]]
  rtss doctor --json >"$work/json" || true
  [[ $(severity layout) == skip && $(severity dead-members) == skip ]]
}

@test "doctor finds nothing wrong with a system that is well" {
  make_system
  examine
  for check in preempt-rt rt-throttling protected-regular remove-ipc cpu-governor idle-states smt isolated-cpus \
    clock-source lockup-detector; do
    [[ $(severity $check) == ok ]] || { echo "$check: $(finding $check)"; false; }
  done
}

@test "doctor warns of each setting that is wrong, and of that only" {
  make_system
  examine
  agrees doctor <"$work/json"
  cp -r "$root" "$work/well"
  cp "$work/json" "$work/before"
  wrong() {  # CHECK FILE VALUE
    cp "$work/before" "$work/json"
    [[ $(severity "$1") == ok ]]
    others "$1" >"$work/others"
    rm -rf "$root"
    cp -r "$work/well" "$root"
    put "$2" "$3"
    examine
    [[ $code -ne 0 ]]
    [[ $(severity "$1") == warn ]] || { finding "$1"; false; }
    others "$1" | diff "$work/others" -
  }
  wrong preempt-rt sys/kernel/realtime 0
  wrong rt-throttling proc/sys/kernel/sched_rt_runtime_us 950000
  wrong protected-regular proc/sys/fs/protected_regular 0
  wrong cpu-governor sys/devices/system/cpu/cpu1/cpufreq/scaling_governor powersave
  wrong idle-states sys/devices/system/cpu/cpu0/cpuidle/state1/latency 133
  wrong smt sys/devices/system/cpu/smt/active 1
  wrong isolated-cpus sys/devices/system/cpu/isolated ""
  wrong clock-source sys/devices/system/clocksource/clocksource0/current_clocksource hpet
  wrong lockup-detector proc/sys/kernel/nmi_watchdog 1
}

@test "doctor says where helper threads run, and warns of isolated CPUs" {
  make_system
  put sys/devices/system/cpu/isolated ""
  examine
  [[ $(severity helper-threads) == skip ]]
  ready_actor own M
  examine
  [[ $(severity helper-threads) == ok ]]
  finding helper-threads | grep -q '1, on CPUs 0'
  put sys/devices/system/cpu/isolated 0-1023
  examine
  [[ $(severity helper-threads) == warn ]]
  finding helper-threads | grep -q 'may run on isolated CPUs, 0'
}

@test "doctor fails when a control group has no real-time budget" {
  make_system
  put proc/self/cgroup "4:cpu,cpuacct:/jobs"
  put sys/fs/cgroup/cpu/jobs/cpu.rt_runtime_us 0
  examine
  [[ $code -eq 2 && $(severity rt-group-budget) == fail ]]
  put sys/fs/cgroup/cpu/jobs/cpu.rt_runtime_us 400000
  examine
  [[ $(severity rt-group-budget) == ok ]]
}

@test "doctor knows which users RemoveIPC concerns" {
  [[ $(id -u) -eq 0 ]] || skip "needs root, to look as another user"
  make_system
  mkdir -p "$root/run/systemd/system"
  chmod -R a+rX "$work"
  setpriv --reuid=4711 --regid=4711 --clear-groups "$RTSS" doctor --help >/dev/null 2>&1 ||
    skip "the build directory is closed to other users"
  as_user() {
    setpriv --reuid=4711 --regid=4711 --clear-groups "$RTSS" doctor --no-live --sysroot "$root" --json >"$work/json" || true
  }
  as_user
  [[ $(severity remove-ipc) == warn ]]
  echo "RemoveIPC=no" >"$root/etc/systemd/logind.conf.d/10-keep.conf"
  as_user
  [[ $(severity remove-ipc) == ok ]]
  examine
  [[ $(severity remove-ipc) == ok ]]
}

@test "doctor tells a user without privilege, and skips what needs it" {
  [[ $(id -u) -eq 0 ]] || skip "needs root, to give privileges away"
  unprivileged() {
    prlimit --rtprio=0 --memlock=65536 setpriv --reuid=4711 --regid=4711 --clear-groups --inh-caps=-all "$RTSS" "$@"
  }
  unprivileged doctor --help >/dev/null 2>&1 || skip "the build directory is closed to other users"
  code=0
  unprivileged doctor --json >"$work/json" || code=$?
  agrees doctor <"$work/json"
  [[ $code -eq 2 ]]
  [[ $(severity rtprio) == fail && $(severity memlock) == warn && $(severity boost) == skip ]]
  [[ $(severity abandonment) == ok ]] || { finding abandonment; false; }
  export RTSS_REALTIME=off
  unprivileged doctor --json >"$work/json" || true
  [[ $(severity rtprio) == ok ]]
}

@test "doctor warns of a limit that kills" {
  code=0
  prlimit --rttime=500000 "$RTSS" doctor --no-live --json >"$work/json" || code=$?
  [[ $code -ge 1 && $(severity rttime) == warn ]]
}

@test "doctor names a preloaded library that reads the clock" {
  LD_PRELOAD=$FALSE_CLOCK "$RTSS" doctor --no-live --json >"$work/json" || true
  [[ $(severity clock-library) == warn ]]
  finding clock-library | grep -qF "$FALSE_CLOCK"
  rtss doctor --no-live --json >"$work/json" || true
  [[ $(severity clock-library) == ok ]]
}

@test "doctor looks at the selected namespace: its file and its dead" {
  ready_actor own Lock
  rtss doctor --no-live --json >"$work/json" || true
  [[ $(severity layout) == ok && $(severity dead-members) == ok && $(severity pid-namespace) == ok ]]
  kill -STOP "$pid"
  local stopped=$pid
  ready_actor own Other
  kill_hard "$pid"
  rtss doctor --no-live --json >"$work/json" || true
  [[ $(severity dead-members) == warn ]]
  kill_hard "$stopped"
  rtss doctor --no-live --json >"$work/json" || true
  [[ $(severity dead-members) == ok ]]
  truncate -s 5000 "$file"
  code 2 rtss doctor --no-live --json
  echo "$output" >"$work/json"
  [[ $(severity layout) == fail ]]
}

@test "doctor sees that a namespace is another container's" {
  unshare -p -f true 2>/dev/null || skip "no PID namespace of its own may be made here"
  ready_actor own Lock
  code=0
  unshare -p -f "$RTSS" doctor --no-live --json >"$work/json" || code=$?
  [[ $code -eq 2 && $(severity pid-namespace) == fail ]]
  run unshare -p -f "$RTSS" clean "$RTSS_NAMESPACE"
  shows "another PID namespace"
  [[ -e $file ]]
  run unshare -p -f "$RTSS" ls -o NAME,OWNER
  [[ $output == *"$pid/$pid"* && $output != *actor* ]]
}

@test "doctor refuses wrong options with 125" {
  code 125 rtss doctor --sysroot /no/such
  code 125 rtss doctor --what
}

# with_shm OPTIONS: what doctor says of a /dev/shm mounted so.
with_shm() {
  unshare -m true 2>/dev/null || skip "mount namespaces are not permitted here"
  unshare -m sh -c "mount -t tmpfs -o $1 tmpfs /dev/shm && \"$RTSS\" doctor --json" >"$work/json" 2>/dev/null || true
}

@test "doctor says that /dev/shm is read-only" {
  with_shm ro
  [[ $(severity dev-shm) == fail ]]
  grep -q 'is not writable: Read-only file system' "$work/json"
}

@test "doctor says that /dev/shm has no inode left" {
  with_shm nr_inodes=1
  [[ $(severity dev-shm) == fail ]]
  grep -q 'has no inode left' "$work/json"
}

@test "a program that cannot make its namespace says why, as errno has it" {
  unshare -m true 2>/dev/null || skip "mount namespaces are not permitted here"
  local mount why
  while IFS=: read -r mount why; do
    code 125 unshare -m sh -c "mount -t tmpfs $mount && \"$RTSS\" lock m -- touch \"$work/ran\""
    shows "$why"
  done <<<"-o ro tmpfs /dev/shm:Read-only file system
-o nr_inodes=1 tmpfs /dev/shm:No space left on device
-o size=64k tmpfs /dev/shm:there is not enough space
tmpfs /dev:No such file or directory"
  [[ ! -e $work/ran ]]
}

@test "doctor says whether Windows programs find the DLL, and whether it fits" {
  wine=usr/lib/x86_64-linux-gnu/wine
  version=$("$RTSS" --version | cut -d ' ' -f 2)
  root="$work/system"
  mkdir -p "$root"
  examine
  [[ $(severity wine) == skip && $(finding wine) == *"no Wine"* ]]

  put usr/bin/wine "#!/bin/sh"
  examine
  [[ $(severity wine) == skip && $(finding wine) == *"no rtapi.dll.so"* ]]

  put $wine/x86_64-unix/rtapi.dll.so "RtApi.dll of rtapi $version built for Wine 8.0"
  examine
  [[ $(severity wine) == warn && $(finding wine) == *"without its placeholder"* ]]

  put $wine/x86_64-windows/RtApi.dll "Wine placeholder DLL"
  examine
  [[ $(severity wine) == skip && $(finding wine) == *"Wine of unknown version"* ]]

  put $wine/x86_64-unix/ntdll.so "wine-preloader wine-8.7 (a distribution's)"
  examine
  [[ $(severity wine) == ok && $(finding wine) == *"Wine 8.7, with RtApi.dll of version $version"* ]]

  put $wine/x86_64-unix/ntdll.so "wine-preloader wine-9.0 (a distribution's)"
  examine
  [[ $(severity wine) == warn && $(finding wine) == *"Wine 9.0, and"*"built for Wine 8.0"* ]]

  put $wine/x86_64-unix/rtapi.dll.so "RtApi.dll of rtapi 0.0.1 built for Wine 8.0"
  examine
  [[ $(severity wine) == warn && $(finding wine) == *"is of version 0.0.1"* ]]
}
