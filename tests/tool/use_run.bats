#!/usr/bin/env bats
# rtss run, kill, bench: starting, ending and measuring programs.
load use_common

need_realtime() { chrt -f 1 true 2>/dev/null || skip "needs real-time privilege (RLIMIT_RTPRIO)"; }
need_locked_memory() {
  [[ $(id -u) -eq 0 || $(ulimit -l) == unlimited ]] || skip "needs root or ulimit -l unlimited"
}
plain() { setpriv --reuid=65534 --regid=65534 --clear-groups prlimit --rtprio=0 --memlock=65536 "$@"; }

# ---- run

@test "run becomes the command: same process, same exit status, same words" {
  code 3 rtss run -- sh -c 'exit 3'
  code 143 rtss run -- sh -c 'kill -TERM $$'
  code 0 rtss run -- printf '<%s>' 'a b' -p 1 --
  [[ $output == '<a b><-p><1><-->' ]]
  "$RTSS" run -- sh -c 'echo $$' >"$work/pid" 3>&- &
  started=$!
  wait "$started"
  [[ $(cat "$work/pid") == "$started" ]]
}

@test "run exits with 126 and 127 when the command cannot be run" {
  code 127 rtss run -- "$work/missing"
  touch "$work/plain"
  code 126 rtss run -- "$work/plain"
  [[ $output == *"Permission denied"* ]]
}

@test "run exits with 125 and runs nothing when it is used wrongly" {
  code 125 rtss run
  [[ $output == *"no command to run: rtss run [OPTIONS] CMD"* ]]
  for wrong in "--prio 128" "--prio -1" "--prio high" "--affinity 100000" "--affinity 1-" "--affinity 2-1" "--affinity x" \
    "--affinity 0,,1" "--prefault much" "--dma-latency -1"; do
    # shellcheck disable=SC2086
    code 125 rtss run $wrong -- touch "$work/ran"
  done
  [[ ! -e $work/ran ]]
}

@test "run --prio gives the level's SCHED_FIFO priority" {
  need_realtime
  for pair in 0:1 64:49 127:98; do
    code 0 rtss run --prio "${pair%:*}" -- sh -c 'chrt -p $$'
    [[ $output == *SCHED_FIFO*"priority: ${pair#*:}" ]]
  done
}

@test "run --prio follows the namespace's window" {
  need_realtime
  RTSS_WINDOW=10-20 rtss mutex create m
  code 0 rtss run --prio 127 -- sh -c 'chrt -p $$'
  [[ $output == *"priority: 20" ]]
  rm "/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE"
  RTSS_WINDOW=30-40 code 0 rtss run --prio 0 -- sh -c 'chrt -p $$'
  [[ $output == *"priority: 30" ]]
}

@test "run --affinity chooses the processors" {
  last=$(($(nproc --all) - 1))
  code 0 rtss run --affinity 0 -- sh -c 'taskset -p $$'
  [[ $output == *"mask: 1" ]]
  code 0 rtss run --affinity "0-$last" -- nproc
  [[ $output -eq $(nproc --all) ]]
  code 0 rtss run --affinity "$last" -- nproc
  [[ $output -eq 1 ]]
}

@test "run --mlock locks all memory, and --prefault makes it ready" {
  need_locked_memory
  code 0 rtss run --mlock -- grep VmLck /proc/self/status
  [[ $output =~ ([0-9]+)" kB" && ${BASH_REMATCH[1]} -gt 500 ]]
  code 0 rtss run --mlock --prefault 4M -- sh -c 'grep VmRSS /proc/$$/status'
  [[ $output =~ ([0-9]+)" kB" && ${BASH_REMATCH[1]} -gt 8000 ]]
  code 0 rtss run --prefault 4M -- sh -c 'grep VmRSS /proc/$$/status'
  [[ $output =~ ([0-9]+)" kB" && ${BASH_REMATCH[1]} -gt 8000 ]]
}

@test "run leaves the command's environment and its children as they were" {
  need_locked_memory
  code 0 rtss run --mlock --prefault 1M -- sh -c 'env | grep -E "^(LD_PRELOAD|RTSS_PREPARE)"; grep VmLck /proc/self/status'
  [[ $output =~ ^VmLck:[[:blank:]]*0 ]]
  LD_PRELOAD=libc.so.6 code 0 rtss run --mlock -- sh -c 'echo "$LD_PRELOAD"'
  [[ $output == libc.so.6 ]]
}

@test "run --dma-latency keeps the device open in the command" {
  [[ -w /dev/cpu_dma_latency ]] || skip "needs a writable /dev/cpu_dma_latency"
  code 0 rtss run --dma-latency 0 -- sh -c 'ls -l /proc/$$/fd'
  [[ $output == *"/dev/cpu_dma_latency"* ]]
}

@test "what is refused is said, and the command runs" {
  need_root
  code 0 plain "$RTSS" run --prio 64 --mlock -- echo runs
  [[ $output == *"--prio 64: refused: SCHED_FIFO 49 is needed and RLIMIT_RTPRIO is 0; give the user"* ]]
  [[ $output == *"--mlock: refused: "*"RLIMIT_MEMLOCK is 64 KiB"* ]]
  [[ ${lines[-1]} == runs ]]
}

@test "with --require-rt what is refused ends it with 125 before the command" {
  need_root
  code 125 plain "$RTSS" run --require-rt --prio 64 -- touch "$work/ran"
  [[ $output == *"nothing was run (--require-rt)"* ]]
  code 125 plain "$RTSS" run --require-rt --mlock -- touch "$work/ran"
  [[ $output == *"nothing was run (--require-rt)"* ]]
  [[ ! -e $work/ran ]]
}

@test "--require-rt tells the library, too" {
  code 0 rtss run --require-rt -- sh -c 'echo "$RTSS_REALTIME"'
  [[ $output == require ]]
}

# ---- kill

@test "kill ends a process by its id and tells what became of its mutexes" {
  keeper 'a mutex'
  owner 'a mutex'
  code 0 rtss kill "$owner"
  [[ ${lines[0]} == "pid $owner (use_peer): ended after SIGTERM" ]]
  [[ ${lines[1]} == '  mutex "a mutex": abandoned: its next owner is notified' ]]
  ended "$owner" 143
  run "$USE_PEER" take 'a mutex'
  [[ $output == abandoned ]]
}

@test "kill finds the owner of a mutex" {
  owner m
  code 0 rtss kill 'Global\m'
  [[ ${lines[1]} == '  mutex "m": gone: no other process had it open' ]]
  ended "$owner" 143
}

@test "kill finds the only process of a name, and lists several" {
  keeper a
  first=$pid
  code 0 rtss kill use_peer
  ended "$first" 143
  keeper b
  second=$pid
  keeper c
  code 125 rtss kill use_peer
  [[ $output == *"several processes are called so; name one by its id:"*" $second"* ]]
  fails is_gone "$second"
  fails is_gone "$pid"
}

@test "kill finds a program by a name that is longer than the kernel keeps" {
  ln -s "$USE_PEER" "$work/a-program-of-a-long-name"
  start long "$work/a-program-of-a-long-name" keep m
  await test -s "$work/long"
  code 0 rtss kill a-program-of-a-long-name
  ended "$pid" 143
}

@test "kill names the mutex's new owner" {
  owner m
  first=$owner
  start next "$USE_PEER" own m
  await waiters m 1
  code 0 rtss kill "$first"
  [[ $output == *"mutex \"m\": now owned by pid $pid (use_peer)"* ]]
  await says next abandoned
}

@test "kill leaves a process alone that does not end by itself: 75; --force ends it" {
  start stubborn "$USE_PEER" ignore-term m
  stubborn=$pid
  await says stubborn owned
  code 75 rtss kill -w 0.05 "$stubborn"
  [[ $output == *"still running 0.05 s after SIGTERM; --force ends it"* ]]
  is_held m
  code 0 rtss kill -w 0.05 --force "$stubborn"
  [[ $output == *"ended after SIGKILL"*'mutex "m": '* ]]
  ended "$stubborn" 137
}

@test "kill ends a stopped process" {
  owner m
  kill -STOP "$owner"
  code 0 rtss kill "$owner"
  ended "$owner" 143
}

@test "kill touches no process outside the namespace: 125" {
  sleep 250 3>&- &
  outsider=$!
  peers+=("$outsider")
  code 125 rtss kill "$outsider"
  rtss mutex create m
  for target in "$outsider" 1 m stranger; do
    code 125 rtss kill "$target"
  done
  [[ $output == *"neither an owned mutex nor a program that uses this namespace"* ]]
  code 125 rtss kill
  fails is_gone "$outsider"
}

@test "kill of rtss lock ends its command, and the lock is released" {
  keeper m
  start locked "$RTSS" lock m -- sleep 250
  await is_held m
  code 0 rtss kill m
  [[ $output == *'mutex "m": released'* ]]
  ended "$pid" 143
}

# ---- bench

@test "bench runs rtss-bench with all that follows" {
  printf '#!/bin/sh\nprintf "<%%s>" "$@"; exit 5\n' >"$work/rtss-bench"
  chmod +x "$work/rtss-bench"
  cp "$RTSS" "$work/rtss"
  LD_LIBRARY_PATH=$(dirname "$(ldd "$RTSS" | sed -n 's/.*librtapi.*=> \(\S*\).*/\1/p')") \
    code 5 "$work/rtss" bench handoff --quick --help -- x
  [[ $output == '<handoff><--quick><--help><--><x>' ]]
}

# ---- help

@test "every command's --help shows its use and its exit status" {
  for command in lock try wait "mutex create" event sem shm remove run kill; do
    # shellcheck disable=SC2086
    code 0 rtss $command --help
    [[ $output == *"Usage: rtss $command"* || $output == *"Usage: rtss ${command%% *}"* ]]
    [[ $output == *"Exit status: "* ]]
  done
  code 0 rtss --help
  for command in lock try wait mutex event sem shm remove run kill bench; do
    [[ $output == *"  $command  "* ]]
  done
  code 125 rtss
  code 125 rtss nonsense
  [[ $output == *'rtss has no sub-command "nonsense"; see rtss --help'* ]]
  code 125 rtss event frob x
  [[ $output == *'rtss event has no sub-command "frob"; see rtss event --help'* ]]
  code 125 rtss run --proi 3 -- true
  [[ $output == *'unknown option "--proi"; see rtss run --help'* ]]
}

@test "--version names the version" {
  code 0 rtss --version
  [[ $output =~ ^rtss\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}
