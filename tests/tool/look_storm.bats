#!/usr/bin/env bats
# Looking while processes come, fight over mutexes, and are killed at any instruction.

load look_common

start_fighter() {
  local names=(North South)
  "$ACTOR" churn "${names[RANDOM % 2]}" >/dev/null 2>&1 3>&- &
  fighters+=($!)
}

# For some seconds, replaces a fighter that was killed by another, again and again.
storm() {
  fighters=()
  for _ in 1 2 3 4; do start_fighter; done
  while goes_on; do
    kill -KILL "${fighters[0]}" || true
    wait "${fighters[0]}" 2>/dev/null || true
    fighters=("${fighters[@]:1}")
    start_fighter
    sleep 0.02
  done
  kill -KILL "${fighters[@]}" || true
  wait 2>/dev/null || true
}

@test "ls, show, top, info and check read a namespace while a kill storm runs in it" {
  storm 3>&- &
  storm=$!
  peers+=("$storm")
  await rtss info
  end=$((SECONDS + ${RTSS_STORM_SECONDS:-6}))
  looks=0
  while ((SECONDS < end)); do
    for command in "ls -a" "ls -J -a" "info -J" "top -b -n 1" "show -J North" "show South"; do
      # shellcheck disable=SC2086
      timeout 60 "$RTSS" $command >"$work/out" 2>"$work/err" && code=0 || code=$?
      case $code in
        0) ;;
        125) grep -qE 'no object|no such namespace' "$work/err" ;;  # not made yet, or all of them just died
        *) echo "$command: exit status $code"; cat "$work/err"; false ;;
      esac
      run ! grep -q deadlock "$work/err"  # one mutex each: there can be none
      if [[ $code -eq 0 ]]; then
        case $command in
          "ls -J"*)
            agrees ls <"$work/out"
            [[ $(field "d['deadlocks']" <"$work/out") == "[]" ]]
            ;;
          "info -J") agrees info <"$work/out" ;;
          "show -J"*) agrees show <"$work/out" ;;
          "top"*) run ! grep -q DEADLOCK "$work/out" ;;
        esac
      fi
      ((looks += 1))
    done
    run timeout 60 "$RTSS" check
    [[ $status -le 1 ]] || { echo "$output"; false; }  # the dead may not be swept yet; damage there is none
  done
  touch "$work/stop"
  wait "$storm"
  ((looks >= 6))

  ready_actor event Quiet  # the next process clears up
  clear() { [[ $(rtss info -J | field "d['unswept']") == 0 ]]; }
  await clear
  code 0 rtss check
}

@test "top runs in a terminal through a kill storm" {
  storm 3>&- &
  storm=$!
  peers+=("$storm")
  await rtss info
  socket="rtss-look-$$-storm"
  tmux -L "$socket" -f /dev/null new-session -d -x 80 -y 24 "$RTSS top -d 0.05 -n 60; echo \$? >$work/code" 3>&-
  await test -s "$work/code"
  touch "$work/stop"
  wait "$storm"
  [[ $(cat "$work/code") == 0 ]]
}
