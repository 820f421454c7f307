#!/usr/bin/env bats
# The example of docs/machines.md, as it stands, with a server of etcd.
load use_common

example() { sed -n '/^```bash$/,/^```$/p' "$BATS_TEST_DIRNAME/../../docs/machines.md" | grep -v '^```'; }

# A server of the test's own.
start_server() {
  command -v etcd >/dev/null && command -v etcdctl >/dev/null || skip "needs etcd-server and etcd-client"
  local port=$((20000 + $$ % 10000 * 2))
  export ETCDCTL_API=3 ETCDCTL_ENDPOINTS=http://127.0.0.1:$port
  local peer=http://127.0.0.1:$((port + 1))
  start etcd etcd --data-dir "$work/etcd.data" --listen-client-urls "$ETCDCTL_ENDPOINTS" \
    --advertise-client-urls "$ETCDCTL_ENDPOINTS" --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
    --initial-cluster "default=$peer"
  await etcdctl endpoint health
  mkdir "$work/bin"
  ln -s "$RTSS" "$work/bin/rtss"
  PATH=$work/bin:$PATH
}

@test "rtss lock inside etcdctl lock: one machine, one process" {
  start_server
  code 0 bash -c "$(example)"
  [[ $output == "one machine, one process" ]]
}

@test "etcdctl is killed: the command of rtss ends with it, and the next owner is let in" {
  start_server
  start locked etcdctl lock --ttl 2 calibration -- rtss lock --with-parent "Motion Lock" -- sh -c 'echo $$; exec sleep 300'
  await test -s "$work/locked"
  code 75 rtss lock -n "Motion Lock" -- true
  kill_hard "$pid"
  await is_gone "$(cat "$work/locked")"
  code 0 bash -c "$(example)"
}
