#!/usr/bin/env bats
# rtss as two users: what one does with a name is nothing to the other.
load use_common

@test "a name in a private namespace is one for each user" {
  need_root
  owner m
  code 75 rtss try m
  code 0 as_nobody "$RTSS" try m
  code 75 as_nobody "$RTSS" lock -n m -- sh -c 'id -u; exec "$0" try m' "$RTSS"
  [[ ${lines[0]} == 65534 ]]
  [[ $(stat -c '%u %a' "/dev/shm/rtss-65534-$RTSS_NAMESPACE") == "65534 600" ]]
  is_held m
}

@test "another user's processes exclude each other, and are told of their deaths" {
  need_root
  as_nobody "$RTSS" mutex create m
  start locked setpriv --reuid=65534 --regid=65534 --clear-groups "$RTSS" lock m -- sh -c 'echo $$; read -r _'
  await test -s "$work/locked"
  code 75 as_nobody "$RTSS" lock -n m -- true
  kill_hard "$pid"
  await is_gone "$(cat "$work/locked")"
  code 0 as_nobody "$RTSS" lock m -- sh -c 'echo "abandoned=$RTSS_ABANDONED"'
  [[ $output == *abandoned=1* ]]
}

@test "a user cannot end another's process" {
  need_root
  owner m
  as_nobody "$RTSS" mutex create m
  code 125 as_nobody "$RTSS" kill "$owner"
  [[ $output == *"process $owner: does not use this namespace"* ]]
  code 125 as_nobody "$RTSS" kill m
  in_state "$owner" S
}

@test "a namespace that another user has planted is refused, with the reason" {
  need_root
  rtss mutex create m
  cp "/dev/shm/rtss-0-$RTSS_NAMESPACE" "/dev/shm/rtss-65534-$RTSS_NAMESPACE"
  chmod 666 "/dev/shm/rtss-65534-$RTSS_NAMESPACE"
  code 125 as_nobody "$RTSS" lock m -- touch "$work/ran"
  [[ $output == *"cannot use /dev/shm/rtss-65534-"* && $output == *ERROR_ACCESS_DENIED* ]]
  code 125 as_nobody "$RTSS" event create e
  [[ ! -e $work/ran ]]
}
