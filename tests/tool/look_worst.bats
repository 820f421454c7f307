#!/usr/bin/env bats
# "rtss worst": the longest waits and contended holds, and their causes, which each test makes.

load look_common

@test "worst tells which thread kept a mutex, and which waited in vain" {
  ready_actor level 20 own Lock
  local owner=$pid
  ready_actor level 90 poll Lock 60
  code 0 rtss worst Lock
  shows "$pid/$pid/actor (level 90) waited "
  shows "in vain"
  shows "$owner/$owner/actor owned it when the waiter queued."
  shows "$owner/$owner/actor (level 90) held it"  # what the waiter lent it
  lacks "handed it over"
}

@test "worst splits a wait into that for owners and that for a processor" {
  rtss mutex create Lock
  start owner "$RTSS" lock Lock -- head -n 1  # which ends at "finish": the waiter inherits the pipe, so there is no end
  await fails rtss try -q Lock
  start waiter "$RTSS" lock Lock -- true
  await cell_is Lock WAITING 1
  sleep 0.05   # the least that the wait lasts
  finish "${peers[0]}"
  wait "${peers[1]}"
  rtss worst -J >"$work/json"
  agrees worst <"$work/json"
  local wait="d['objects'][0]['wait']"
  [[ $(field "$wait['end']" <"$work/json") == granted ]]
  [[ $(field "$wait['until_granted_ns'] + $wait['until_running_ns'] == $wait['length_ns']" <"$work/json") == True ]]
  [[ $(field "$wait['until_granted_ns'] >= 50_000_000" <"$work/json") == True ]]
  [[ $(field "$wait['owner'] == $wait['granter']" <"$work/json") == True ]]
  [[ $(field "$wait['waiter']['name']" <"$work/json") == rtss ]]
  code 0 rtss worst Lock
  shows "it waited for owners"
  shows "it was granted, but not yet running"
  shows "handed it over."
}

@test "worst remembers when all that took part were killed" {
  ready_actor own Lock own Other
  local owner=$pid
  actor poll Lock 40 ready hold
  await grep -qx ready "$work/actor.1"
  kill_hard "$owner"
  kill_hard "$pid"
  code 0 rtss worst
  shows "$owner/$owner/actor"
  shows "$pid/$pid/actor"
  lacks Other
}

@test "worst lists the longest wait first, and as many as it is asked for" {
  ready_actor own Short own Long event Never
  ready_actor poll Short 20 poll Long 60
  rtss worst -J >"$work/json"
  agrees worst <"$work/json"
  local lengths="[o['wait']['length_ns'] for o in d['objects']]"
  [[ $(field "len($lengths) == 2 and $lengths == sorted($lengths, reverse=True)" <"$work/json") == True ]]
  local worst
  worst=$(field "d['objects'][0]['name']" <"$work/json")
  rtss worst -n 1 -J >"$work/json"
  [[ $(field "[o['name'] for o in d['objects']]" <"$work/json") == "['$worst']" ]]
  code 0 rtss worst Never
  shows "No wait has slept there."
}

@test "worst shows a mutex without a name by its slot" {
  ready_actor anonymous
  code 0 rtss worst "#$(rtss ls -a -J | jq '.objects[] | select(.name == null and .kind == "mutex") | .slot' | head -1)"
}

@test "worst --reset prints, and begins anew for what it was asked for" {
  ready_actor own Lock own Other
  ready_actor poll Lock 30 poll Other 30
  code 0 rtss worst --reset Lock
  shows "in vain"
  code 0 rtss worst Lock
  shows "No wait has slept there."
  code 0 rtss worst Other
  shows "in vain"
  [[ $(cell Lock WORST) == - && $(cell Other WORST) != - ]]
  code 0 rtss worst --reset
  [[ $(cell Other WORST) == - ]]
}

@test "worst names what does not exist, exits with 125 and changes nothing" {
  code 125 rtss worst
  shows "no such namespace"
  code 125 rtss worst --reset
  shows "no such namespace"
  fails test -e "$file"
  ready_actor own Lock
  ready_actor poll Lock 30
  local before after
  before=$(rtss worst -J)
  for wrong in Nothing '#99999' '#' '#1x' ''; do
    code 125 rtss worst --reset "$wrong"
    shows "no object \"$wrong\""
  done
  for wrong in 0 -1 x; do code 125 rtss worst -n "$wrong"; done
  code 125 rtss worst --rest
  after=$(rtss worst -J)
  [[ $before == "$after" ]]
}
