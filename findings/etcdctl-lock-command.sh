#!/usr/bin/env bash
# etcdctl lock NAME COMMAND: scripts that come from flock(1) meet two surprises. The exit status is 1 for whatever the
# command fails with. And when etcdctl is killed, the command lives on without the lock: it is granted to the next one
# when the lease has run out, while the first command still works.
#
# Needs Debian's etcd-server and etcd-client. Seen with 3.4.23. Exits with 1 if the behaviour is another one.
set -euo pipefail
for tool in etcd etcdctl python3; do
  command -v "$tool" > /dev/null || { echo "skipped: no $tool (etcd-server, etcd-client, python3)"; exit 0; }
done

folder=$(mktemp -d)
server= first= command=
end() {
  [[ -z $first ]] || kill -9 "$first" 2> /dev/null || true
  [[ -z $command ]] || kill "$command" 2> /dev/null || true
  [[ -z $server ]] || { kill "$server" && wait "$server" || true; }
  rm -rf "$folder"
}
trap end EXIT
# Two free ports.
read -r port peer_port < <(python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(each.getsockname()[1] for each in sockets))')
peers=http://127.0.0.1:$peer_port
export ETCDCTL_API=3 ETCDCTL_ENDPOINTS=http://127.0.0.1:$port
etcd --data-dir "$folder/data" --listen-client-urls "$ETCDCTL_ENDPOINTS" --advertise-client-urls "$ETCDCTL_ENDPOINTS" \
  --listen-peer-urls "$peers" --initial-advertise-peer-urls "$peers" --initial-cluster "default=$peers" \
  > "$folder/log" 2>&1 &
server=$!
until etcdctl endpoint health > /dev/null 2>&1; do
  kill -0 "$server" || { cat "$folder/log"; exit 1; }
  sleep 0.2
done

status=0
etcdctl lock calibration -- sh -c 'exit 75' 2> /dev/null || status=$?

# The command notes its process id, and that it is alive, twenty times a second.
cat > "$folder/work" << 'END'
echo $$ > "$1/pid"
while :; do date +%s%N > "$1/alive.new"; mv "$1/alive.new" "$1/alive"; sleep 0.05; done
END
etcdctl lock --ttl 2 calibration -- sh "$folder/work" "$folder" > /dev/null 2>&1 &
first=$!
until [[ -s $folder/pid && -s $folder/alive ]]; do
  kill -0 "$first" 2> /dev/null || { echo "etcdctl lock has ended"; exit 1; }
  sleep 0.05
done
command=$(cat "$folder/pid")
kill -9 "$first"
first=
second=$(timeout 60 etcdctl lock calibration -- sh -c "date +%s%N")
until [[ $(cat "$folder/alive") -gt $second ]]; do
  kill -0 "$command" 2> /dev/null || break
  sleep 0.05
done
both=no
if [[ $(cat "$folder/alive") -gt $second ]]; then both=yes; fi

etcdctl version | sed -n 1p
echo "the command exits with 75: etcdctl exits with $status"
echo "etcdctl killed: its command works on while the next one has the lock: $both"
[[ $status -eq 1 && $both == yes ]]
