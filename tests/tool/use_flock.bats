#!/usr/bin/env bats
# rtss lock for scripts that were written for flock(1), and for scripts that may be killed.

load use_common

@test "a plain command needs no -- before it" {
  code 3 "$RTSS" lock m sh -c 'exit 3'
  code 0 "$RTSS" lock -n m echo -- -x
  [[ $output == '-- -x' ]]
}

@test "-c runs a line of the shell, and exits with what it exits with" {
  code 5 "$RTSS" lock m -c 'echo "one $((1 + 1))" | tr o O; exit 5'
  [[ $output == 'One 2' ]]
}

@test "-c and a command exclude each other" {
  code 125 "$RTSS" lock m -c 'touch '"$work/ran" -- touch "$work/ran"
  [[ $output == *"give one of them"* && ! -e $work/ran ]]
}

@test "-x, -F and -o are accepted, -s is refused with its reason" {
  code 0 "$RTSS" lock -x -F -o m true
  code 125 "$RTSS" lock -s m touch "$work/ran"
  [[ $output == *"a mutex has one owner"* && ! -e $work/ran ]]
}

@test "--verbose says how long it took and what is run" {
  code 0 "$RTSS" lock --verbose m true
  [[ $output == *'"m": owned after '*'; running "true"' ]]
}

@test "--with-parent ends the command with a parent that is killed" {
  sh -c '"$RTSS" lock --with-parent m -- sleep 1000 & echo $! >"$0"; wait' "$work/pid" 3>&- &
  peers+=($!)
  await is_held m
  kill_hard "${peers[0]}"
  await is_free m
  await is_gone "$(<"$work/pid")"
}

@test "without --with-parent the command goes on when its parent is killed" {
  sh -c '"$RTSS" lock m -- sleep 1000 & echo $! >"$0"; wait' "$work/pid" 3>&- &
  peers+=($!)
  await is_held m
  kill_hard "${peers[0]}"
  peers+=("$(<"$work/pid")")
  is_held m
  kill "$(<"$work/pid")"
  await is_free m
}
