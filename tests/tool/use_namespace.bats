#!/usr/bin/env bats
# rtss namespace, and what is fixed when one is made.
load use_common

file() { echo "/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE"; }
agrees() { /usr/bin/python3 "$BATS_TEST_DIRNAME/validate.py" "$BATS_TEST_DIRNAME/../../docs/schemas/$1.schema.json"; }
listed() { rtss namespace list -J | /usr/bin/python3 -c '
import json, sys
found = [n for n in json.load(sys.stdin)["namespaces"] if n["name"] == sys.argv[1]]
print(json.dumps(found[0], sort_keys=True) if found else "none")' "$RTSS_NAMESPACE"; }

@test "create makes a private namespace with the settings asked for" {
  code 0 rtss namespace create --limits processes=9,threads=18,objects=100,handles=200 --inheritance limited \
    --window 40-90 --names per-kind "$RTSS_NAMESPACE"
  [[ $(stat -c '%u %a' "$(file)") == "$(id -u) 600" ]]
  run listed
  [[ $output == *'"limits": {"handles": 200, "objects": 100, "processes": 9, "threads": 18}'* ]]
  [[ $output == *'"inheritance": "limited"'* && $output == *'"names": "per-kind"'* ]]
  [[ $output == *'"window": {"high": 90, "low": 40}'* && $output == *'"group": false'* ]]
  code 0 rtss event create x
  code 0 rtss sem create x
}

@test "create without settings makes the default, whatever the environment says" {
  RTSS_LIMITS=objects=5 RTSS_WINDOW=nonsense code 0 rtss namespace create "$RTSS_NAMESPACE"
  run listed
  [[ $output == *'"objects": 16384'* && $output == *'"window": {"high": 98, "low": 1}'* ]]
}

@test "create changes nothing about one that exists: 75" {
  rtss mutex create m
  code 75 rtss namespace create --limits objects=5 "$RTSS_NAMESPACE"
  [[ $output == *"exists already; nothing was changed"* ]]
  code 0 rtss wait -w 0 m
  run listed
  [[ $output == *'"objects": 16384'* ]]
}

@test "create says what is wrong and makes nothing: 125" {
  local wrong
  for wrong in "--limits objects=0" "--limits objects=1000000" "--limits chairs=4" "--limits 7" "--inheritance maybe" \
    "--window 0-50" "--window 50-40" "--window 1-99" "--window high" "--names many"; do
    # shellcheck disable=SC2086
    code 125 rtss namespace create $wrong "$RTSS_NAMESPACE"
    [[ -n $output && ! -e $(file) ]]
  done
  code 125 rtss namespace create a/b
  [[ $output == *"not a namespace name"* ]]
  code 125 rtss namespace create ''
  code 125 rtss namespace
}

@test "a full table is refused, and reported" {
  rtss namespace create --limits objects=2 "$RTSS_NAMESPACE"
  code 0 rtss event create one
  code 0 rtss event create two
  code 125 rtss event create three
  [[ $output == *ERROR_NO_SYSTEM_RESOURCES* ]]
  code 0 rtss remove one
  code 0 rtss event create three
}

@test "list shows processes and objects, in a table and as JSON" {
  rtss mutex create m
  owner m
  rtss namespace list | grep -qE "^$RTSS_NAMESPACE +1 +1/16384 +1/65536 +tiered +1-98 +single\$"
  [[ $(rtss namespace list | head -1) == NAMESPACE* ]]
  [[ $(rtss namespace list -n | head -1) != NAMESPACE* ]]
  run listed
  [[ $output == *'"objects": 1, "processes": 1'* ]]
  rtss namespace list -J | agrees namespace
}

@test "list shows what is not a namespace, and why" {
  echo nonsense >"$(file)"
  rtss namespace list | grep -q "^$RTSS_NAMESPACE .*refused"
  run listed
  [[ $output == *'"error": '* ]]
  rtss namespace list -J | agrees namespace
  chmod 600 "$(file)"
  code 125 rtss mutex create m
  [[ $output == *'"rtss namespace remove" removes it'* ]]
  code 0 rtss namespace remove "$RTSS_NAMESPACE"
  code 0 rtss mutex create m
}

@test "remove refuses while programs use it: 75" {
  owner m
  code 75 rtss namespace remove "$RTSS_NAMESPACE"
  [[ $output == *"programs use it: pid $owner"* ]]
  is_held m
  finish "$owner"
  code 0 rtss namespace remove "$RTSS_NAMESPACE"
  [[ ! -e $(file) ]]
  code 125 rtss namespace remove "$RTSS_NAMESPACE"
  [[ $output == *"No such file"* ]]
}

@test "remove takes its shared memory along, and no other's" {
  rtss shm create -s 10 memory
  touch "$(file)-other.shm-1"
  code 0 rtss namespace remove "$RTSS_NAMESPACE"
  fails compgen -G "$(file).shm-*"
  [[ -e $(file)-other.shm-1 ]]
  rm "$(file)-other.shm-1"
}

@test "remove --force: its users keep what they have, newcomers get another" {
  owner m
  code 0 rtss namespace remove --force "$RTSS_NAMESPACE"
  code 0 rtss lock -n m -- true
  finish "$owner"
}

@test "--namespace chooses like RTSS_NAMESPACE, for rtss and for what it starts" {
  code 0 env -u RTSS_NAMESPACE "$RTSS" --namespace "$RTSS_NAMESPACE" lock m -- sh -c 'echo "$RTSS_NAMESPACE"'
  [[ $output == "$RTSS_NAMESPACE" ]]
  code 0 env -u RTSS_NAMESPACE "$RTSS" "--namespace=$RTSS_NAMESPACE" mutex create m
  [[ $("$USE_OBSERVE" pinned m) == 1 ]]
  code 0 env -u RTSS_NAMESPACE "$RTSS" lock m --namespace "$RTSS_NAMESPACE" -- sh -c 'echo "$RTSS_NAMESPACE"'
  [[ $output == "$RTSS_NAMESPACE" ]]
  code 0 env -u RTSS_NAMESPACE "$RTSS" event create e --namespace "$RTSS_NAMESPACE"
  code 0 rtss event set e
}

@test "create --if-missing is done when the namespace is there with these settings" {
  code 0 rtss namespace create --if-missing --limits objects=5 "$RTSS_NAMESPACE"
  code 0 rtss namespace create --if-missing --limits objects=5 "$RTSS_NAMESPACE"
  code 0 rtss namespace create --if-missing "$RTSS_NAMESPACE"
  code 125 rtss namespace create --if-missing --limits objects=6 "$RTSS_NAMESPACE"
  [[ $output == *"exists already, with another --limits; nothing was changed"* ]]
}

@test "remove says under which name there is a group's namespace" {
  code 0 rtss namespace create --group "$(id -g)" "$RTSS_NAMESPACE"
  code 125 rtss namespace remove "$RTSS_NAMESPACE"
  [[ $output == *"No such file or directory; there is \"group:$RTSS_NAMESPACE\""* ]]
  code 0 rtss namespace remove "group:$RTSS_NAMESPACE"
}

@test "create --if-missing tells a namespace of another group" {
  need_root
  code 0 rtss namespace create --if-missing --group 65534 "$RTSS_NAMESPACE"
  code 0 rtss namespace create --if-missing --group 65534 "$RTSS_NAMESPACE"
  code 125 rtss namespace create --if-missing --group 65533 "$RTSS_NAMESPACE"
  [[ $output == *"exists already, with another --group; nothing was changed"* ]]
  [[ $(stat -c %g "/dev/shm/rtss-group-$RTSS_NAMESPACE") == 65534 ]]
}
