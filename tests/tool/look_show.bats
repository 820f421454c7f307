#!/usr/bin/env bats
# show, info and check: one object, the namespace, its consistency.

load look_common

@test "show tells owner, lender, holders and waiters in order of service" {
  ready_actor level 10 own Lock
  owner=$pid
  actor level 30 wait Lock
  await cell_is Lock WAITING 1
  actor level 50 wait Lock
  await cell_is Lock WAITING 2
  await cell_is Lock BOOST 50
  code 0 rtss show Lock
  shows "$owner/$owner/actor"
  shows "BOOSTED BY  ${peers[2]}/${peers[2]}/actor"
  shows "RUNS AT     level 50"
  shows "OPEN IN     $owner/actor (1)" || shows "OPEN IN     $owner/actor"
  [[ ${lines[-2]} == "${peers[2]}/${peers[2]}/actor"*50*this*"$owner/$owner/actor" ]]
  [[ ${lines[-1]} == "${peers[1]}/${peers[1]}/actor"*30*this* ]]
}

@test "show -J agrees with its schema for each kind, waited for or not" {
  ready_actor level 10 own Lock event Tick sem Units 0 3 shm Data 4096 anonymous
  actor level 50 all Lock Go
  await cell_is Lock WAITING 1
  for name in Lock Tick Units Data Go '#4'; do
    rtss show -J "$name" >"$work/json"
    agrees show <"$work/json"
  done
  rtss show -J Lock >"$work/json"
  [[ $(field "d['waiters'][0]['pid']" <"$work/json") == "${peers[1]}" ]]
  [[ $(field "d['waiters'][0]['wait_all']" <"$work/json") == True ]]
  [[ $(field "d['waiters'][0]['level']" <"$work/json") == 50 ]]
  [[ $(field "d['holders'][0]['pid']" <"$work/json") == "${peers[0]}" ]]
}

@test "show follows a chain of owners, and names a deadlock" {
  ready_actor own A
  actor own B wait A
  await cell_is A WAITING 1
  actor own C wait B
  await cell_is B WAITING 1
  code 0 rtss show C
  shows "CHAIN       ${peers[2]}/${peers[2]}/actor waits for \"B\" of ${peers[1]}/${peers[1]}/actor, which waits for \"A\" of ${peers[0]}/"
  lacks DEADLOCK
  actor own X find Y wait Y
  actor own Y find X wait X
  await cell_is X WAITING 1
  await cell_is Y WAITING 1
  code 0 rtss show X
  shows "DEADLOCK"
  rtss show -J Y >"$work/json"
  agrees show <"$work/json"
  [[ $(field "len(d['deadlock'])" <"$work/json") == 2 ]]
}

@test "show accepts a name with its prefix" {
  ready_actor own m
  code 0 rtss show 'Global\m'
}

@test "show finds an object without a name by its slot" {
  ready_actor anonymous
  code 0 rtss show '#0'
  shows mutex
  shows "$pid/$pid/actor"
}

@test "show names what does not exist, and exits with 125" {
  code 125 rtss show Lock
  shows "no such namespace"
  ready_actor event Tick
  code 125 rtss show Lock
  shows 'no object "Lock"'
  shows "rtss ls"
  code 125 rtss show -t mutex Tick
  shows 'no mutex "Tick"'
  code 0 rtss show -t event Tick
  for wrong in '#99999' '#' '#1x' '#123456789012' ''; do code 125 rtss show "$wrong"; done
  code 125 rtss show
  shows "name"
}

@test "show tells apart objects of one name and two kinds" {
  export RTSS_NAMES=per-kind
  ready_actor own Same event Same
  code 0 rtss show -t event Same
  shows clear
  code 0 rtss show -t mutex Same
  shows owned
}

@test "a wait that ended is remembered as the worst" {
  ready_actor own Lock
  actor poll Lock 120 ready hold
  await grep -qx ready "$work/actor.1"
  rtss show -J Lock >"$work/json"
  [[ $(field "d['worst_wait_ms'] >= 100" <"$work/json") == True ]]
  [[ $(field "d['contentions']" <"$work/json") == 1 ]]
}

@test "info describes the namespace that was asked for" {
  RTSS_LIMITS=processes=7,threads=9,objects=50,handles=60 RTSS_INHERITANCE=limited RTSS_WINDOW=20-80 \
    RTSS_NAMES=per-kind ready_actor own Lock
  code 0 rtss info
  shows "$("$RTSS" --version)"
  shows "limited"
  shows "SCHED_FIFO 20-80"
  shows "one set for each kind"
  shows "1 of 50"
  shows "$file"
  rtss info -J >"$work/json"
  agrees info <"$work/json"
  [[ $(field "d['inheritance'], d['window']['low'], d['threads']['limit']" <"$work/json") == "limited 20 9" ]]
  [[ $(field "d['members'][0]['pid'], d['members'][0]['owned']" <"$work/json") == "$pid 1" ]]
  export RTSS_NAMESPACE="$RTSS_NAMESPACE-none"
  code 125 rtss info
  shows "no such namespace"
}

@test "info counts the dead until a process sweeps them" {
  ready_actor own Lock
  kill_hard "$pid"
  code 0 rtss info
  shows ended
  rtss info -J >"$work/json"
  agrees info <"$work/json"
  [[ $(field "d['members'][0]['state'], d['unswept']" <"$work/json") == "dead 2" ]]
  ready_actor event Tick
  rtss info -J >"$work/json"
  [[ $(field "len(d['members']), d['unswept']" <"$work/json") == "1 0" ]]
}

@test "check finds a namespace in use consistent" {
  ready_actor level 10 own A event Tick
  actor level 20 own B wait A
  await cell_is A WAITING 1
  code 0 rtss check
  shows consistent
  rtss check -J | agrees check
}

@test "check finds a namespace at work consistent" {
  actor churn A
  actor churn A
  actor churn A
  await cell_is A KIND mutex
  for i in 1 2 3; do code 0 rtss check; done
}

@test "programs that have ended are not reported where no program lives, and the next one is said to sweep" {
  rtss mutex create Stays
  code 0 rtss check
  ready_actor own A
  kill_hard "$pid"
  run --separate-stderr rtss ls
  [[ $stderr == *"no program uses this namespace now; the next one tidies up"* ]]
  code 0 rtss check
  shows consistent
  rtss check -J | agrees check
  code 0 rtss top -b -n 1
  shows "0 processes"
  shows "no program uses it now"
  lacks swept
}

@test "check says that the dead left work which no living process does, and that it passes" {
  ready_actor event Tick
  local stopped=$pid
  ready_actor own A
  kill -STOP "$stopped"
  kill_hard "$pid"
  code 1 rtss check
  shows unrepaired
  run rtss check -J
  agrees check <<<"$output"
  kill -CONT "$stopped"
  code 0 rtss check
}

@test "check finds and names damage" {
  ready_actor own Lock
  await cell_is Lock STATE owned
  kill -STOP "$pid"
  # The name's first byte becomes a backslash, which no name may hold.
  offset=$(grep -abom1 Lock "$file" | head -1 | cut -d: -f1)
  printf '\\' | dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
  code 2 rtss check
  shows damaged
  shows "holds a backslash"
  run rtss check -J
  [[ $status -eq 2 ]]
  agrees check <<<"$output"
}
