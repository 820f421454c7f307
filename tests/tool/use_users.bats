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

@test "another user's processes exclude each other, and are notified of their deaths" {
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

# ---- a group's namespace

group_file() { echo "/dev/shm/rtss-group-tool-$$-$BATS_TEST_NUMBER"; }   # removed by teardown
group_name() { echo "group:tool-$$-$BATS_TEST_NUMBER"; }
with_group() { setpriv --reuid="$1" --regid=65534 --groups=65534 "${@:2}"; }

make_group_namespace() {
  need_root
  peers_namespace=$RTSS_NAMESPACE
  code 0 rtss namespace create --group 65534 --limits objects=100,handles=200 "$(group_name)"
  export RTSS_NAMESPACE
  RTSS_NAMESPACE=$(group_name)
}

drop_group_namespace() {
  rm -f "$(group_file)" "$(group_file)".shm-*
  RTSS_NAMESPACE=$peers_namespace
}

@test "namespace create --group makes one for root and the group, and for no other user" {
  make_group_namespace
  [[ $(stat -c '%u %g %a' "$(group_file)") == "0 65534 660" ]]
  code 75 rtss namespace create --group 65534 "$(group_name)"
  run rtss namespace list
  [[ $output == *"$(group_name) "* ]]
  code 125 setpriv --reuid=65533 --regid=65533 --clear-groups "$RTSS" lock m -- touch "$work/ran"
  [[ ! -e $work/ran ]]
  code 125 setpriv --reuid=65533 --regid=65533 --clear-groups "$RTSS" try m
  [[ $output == *"Permission denied; become a member of its group $(getent group 65534 | cut -d: -f1)"* ]]
  code 125 setpriv --reuid=65533 --regid=65533 --clear-groups "$RTSS" lock m -- true
  [[ $output == *"become a member of its group $(getent group 65534 | cut -d: -f1) (ERROR_ACCESS_DENIED)"* ]]
  drop_group_namespace
  code 125 rtss namespace create --group no-such-group x
  code 125 rtss namespace create group:x
}

@test "where group: was forgotten, those who may use the group's namespace are told that there is one" {
  make_group_namespace
  local name=${RTSS_NAMESPACE#group:}
  RTSS_NAMESPACE=$name
  files+=("/dev/shm/rtss-65533-$name")
  code 0 with_group 65534 "$RTSS" try m
  [[ $output == *"no such namespace"*"the group's is \"group:$name\""* ]]
  code 125 with_group 65534 "$RTSS" ls
  [[ $output == *"the group's is \"group:$name\""* ]]
  code 0 with_group 65534 "$RTSS" lock m -- true
  [[ $output == *"the private namespace \"$name\" was made; the group's is RTSS_NAMESPACE=group:$name" ]]
  code 0 with_group 65534 "$RTSS" lock m -- true   # it is there now
  [[ -z $output ]]
  code 0 setpriv --reuid=65533 --regid=65533 --clear-groups "$RTSS" lock m -- true   # no member
  [[ -z $output ]]
  drop_group_namespace
}

@test "members of a group exclude each other, and learn of each other's deaths" {
  make_group_namespace
  code 0 with_group 65534 "$RTSS" mutex create m
  start locked setpriv --reuid=65534 --regid=65534 --groups=65534 "$RTSS" lock m -- sh -c 'echo $$; read -r _'
  await test -s "$work/locked"
  code 75 with_group 65533 "$RTSS" lock -n m -- true
  code 75 with_group 65533 "$RTSS" try m
  [[ $output == "pid $pid"* ]]
  kill_hard "$pid"
  await is_gone "$(cat "$work/locked")"
  code 0 with_group 65533 "$RTSS" lock m -- sh -c 'echo "abandoned=$RTSS_ABANDONED"'
  [[ $output == *abandoned=1* ]]
  drop_group_namespace
}

@test "a member cannot end another user's process, and learns why" {
  make_group_namespace
  start locked setpriv --reuid=65534 --regid=65534 --groups=65534 "$RTSS" lock m -- sh -c 'echo $$; read -r _'
  await test -s "$work/locked"
  code 125 with_group 65533 "$RTSS" kill "$pid"
  [[ $output == *"it belongs to another user"* ]]
  finish "$pid"
  code 125 with_group 65533 "$RTSS" namespace remove "$(group_name)"
  code 0 rtss namespace remove "$(group_name)"
  [[ ! -e $(group_file) ]]
  RTSS_NAMESPACE=$peers_namespace
}

# ---- which process may boost which

runs_at() { [[ $(chrt -p "$1" 2>/dev/null | tail -1) == *" $2" ]]; }   # PID PRIORITY; 0 is the ordinary policy
of_group() { echo setpriv --reuid="$1" --regid=65534 --groups=65534; }

@test "an owner of another user is boosted if its file or the waiter's has CAP_SYS_NICE, and never otherwise" {
  need_root
  chrt -f 30 true || skip "needs real-time privilege"
  command -v setcap >/dev/null || skip "needs setcap (libcap2-bin)"
  chmod 755 "$work"
  cp "$USE_PEER" "$work/plain"
  cp "$USE_PEER" "$work/capable"
  setcap cap_sys_nice+ep "$work/capable" || skip "no capabilities of files here"
  make_group_namespace
  code 0 rtss mutex create m
  local pair owners waiters_file boost owner waiter
  for pair in "plain plain 0" "plain capable 30" "capable plain 30" "capable capable 30"; do
    read -r owners waiters_file boost <<<"$pair"
    # shellcheck disable=SC2046
    start "owner.${pair// /-}" $(of_group 65533) "$work/$owners" own m
    owner=$pid
    await says "owner.${pair// /-}" owned
    # shellcheck disable=SC2046
    start "waiter.${pair// /-}" chrt -f 30 $(of_group 65534) "$work/$waiters_file" own m
    waiter=$pid
    await waiters m 1
    if [[ $boost -eq 0 ]]; then   # both processes have tried
      await grep -q "priority of thread $owner could not be changed" "$work/waiter.${pair// /-}.err"
      await grep -q "priority of thread $owner could not be changed" "$work/owner.${pair// /-}.err"
      runs_at "$owner" 0
    else
      await runs_at "$owner" 30
    fi
    kill_hard "$waiter"
    await runs_at "$owner" 0
    finish "$owner"
  done
  drop_group_namespace
}
