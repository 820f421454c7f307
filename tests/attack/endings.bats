# bats file_tags=attack
# How programs end.

load common

@test "a program whose main ends by pthread_exit ends with its last thread, with status 0, exit handlers run" {
  for member in member ""; do
    # shellcheck disable=SC2086
    run -0 "$ACTOR" main-ends $member 0.2
    [[ $output == $'main ends\nworker done\nexit handlers run' ]]
  done
}

@test "such a program ends at SIGTERM at any time" {
  for member in member ""; do
    for delay in 0 0.05 0.1 0.15 0.2; do
      # shellcheck disable=SC2086
      "$ACTOR" main-ends $member 0.1 >"$work/out" 3>&- &
      pid=$!
      peers+=("$pid")
      sleep "$delay"
      kill -TERM "$pid" 2>/dev/null || true
      local status=0
      wait "$pid" || status=$?
      [[ $status -eq 0 || $status -eq 143 ]]
    done
  done
}

@test "such a program ends at SIGTERM while its worker runs" {
  "$ACTOR" main-ends member 1000 >"$work/out" 3>&- &
  pid=$!
  peers+=("$pid")
  await grep -q "main ends" "$work/out"
  kill -TERM "$pid"
  local status=0
  wait "$pid" || status=$?
  [[ $status -eq 143 ]]
}

@test "a name whose only holder was killed is free at once" {
  start bystander "$ACTOR" own other
  bystander=$pid
  await says bystander owned
  kill -STOP "$bystander"   # its reaper sweeps nothing
  for i in 1 2 3 4 5; do
    start "owner$i" "$ACTOR" own m
    await says "owner$i" owned
    kill_hard "$pid"
    run "$ACTOR" own m </dev/null
    [[ $output == $'owned\nreleased' ]]   # a new object: not abandoned
  done
  kill -CONT "$bystander"
  finish "$bystander"
}
