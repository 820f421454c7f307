#!/usr/bin/env bats
# ls: every kind of object, as a table, raw and as JSON.

load look_common

@test "ls shows each kind with its state" {
  ready_actor own Lock event Tick manual Go set Go sem Units 2 5 shm Data 10000
  code 0 rtss ls
  shows "NAME"
  [[ $(cell Lock STATE) == owned && $(cell Lock KIND) == mutex ]]
  [[ $(cell Tick STATE) == clear && $(cell Tick RESET) == auto ]]
  [[ $(cell Go STATE) == set && $(cell Go RESET) == manual ]]
  [[ $(cell Units STATE) == available && $(cell Units COUNT) == 2 && $(cell Units MAX) == 5 ]]
  [[ $(cell Data KIND) == shm && $(cell Data SIZE) == 9.8K ]]
}

@test "ls tells a shutdown handler from a timer" {
  ready_actor handler
  code 0 rtss ls -a -nr -o KIND -t timer,shutdown
  [[ $(sort <<<"$output") == $'shutdown\ntimer' ]]
  rtss ls -a -J | agrees ls
  code 0 rtss check
}

@test "ls names owner and waiters, and the level that is lent" {
  ready_actor level 10 own Lock own Lock
  owner=$pid
  actor level 50 wait Lock
  await cell_is Lock WAITING 1
  [[ $(cell Lock OWNER) == "$owner/$owner/actor" ]]
  [[ $(cell Lock TAKES) == 2 && $(cell Lock LEVEL) == 10 && $(cell Lock HANDLES) == 3 ]]
  await cell_is Lock BOOST 50
  [[ $(cell Lock CONTENDED) == 1 && $(cell Lock WAITED) != - && $(cell Lock WORST) == - ]]
}

@test "ls shows an abandoned mutex" {
  ready_actor event Tick
  ready_actor own Lock
  rtss ls >/dev/null
  kill_hard "$pid"
  code 0 rtss ls
  [[ -z $(cell Lock STATE) ]]  # its last handle went with its owner

  ready_actor own Kept
  victim=$pid
  actor wait Kept ready hold
  await cell_is Kept WAITING 1
  kill_hard "$victim"
  await cell_is Kept WAITING 0
  [[ $(cell Kept STATE) == owned ]]
}

@test "ls shows an abandoned mutex without waiters as abandoned" {
  actor find Lock poll Lock 1 ready hold
  ready_actor own Lock
  await grep -qx ready "$work/actor.0"
  kill_hard "$pid"
  await cell_is Lock STATE abandoned
  code 0 rtss ls
  shows abandoned
}

@test "ls -t selects kinds, -o columns in their order, -n leaves out the heading" {
  ready_actor own Lock event Tick sem Units 1 1
  code 0 rtss ls -t event,semaphore -n -o kind,NAME
  [[ ${#lines[@]} -eq 2 ]]
  shows "event"
  shows "semaphore"
  lacks Lock
  lacks KIND
  code 0 rtss ls -t mutex -o NAME,SLOT
  [[ ${lines[0]} =~ ^NAME\ +SLOT$ ]]
  [[ ${lines[1]} =~ ^Lock\ +[0-9]+$ ]]
}

@test "ls -r is one word a column, whatever the name" {
  ready_actor own "Motion Lock/ä::x"
  code 0 rtss ls -nr -o NAME,STATE
  [[ $output == 'Motion\x20Lock/ä::x owned' ]]
}

@test "ls -J agrees with its schema, with everything there is" {
  ready_actor own A event Tick manual Go sem Units 0 3 shm Data 4096 anonymous
  actor own B wait A
  await cell_is A WAITING 1
  rtss ls -J -a >"$work/json"
  agrees ls <"$work/json"
  [[ $(field "len(d['objects'])" <"$work/json") == 7 ]]
  [[ $(field "[o['owner']['pid'] for o in d['objects'] if o['name'] == 'A'][0]" <"$work/json") == "${peers[0]}" ]]
  rtss ls -J -o NAME,WAITING >"$work/json"
  agrees ls <"$work/json"
  [[ $(field "sorted(d['objects'][0])" <"$work/json") == "['name', 'waiting']" ]]
}

@test "ls leaves unnamed objects out unless -a" {
  ready_actor anonymous
  code 0 rtss ls -n
  [[ -z $output ]]
  code 0 rtss ls -n -a
  shows "#0"
}

@test "ls names a deadlock on standard error, and not on standard output" {
  actor own A find B wait B
  actor own B find A wait A
  await cell_is A WAITING 1
  await cell_is B WAITING 1
  run --separate-stderr rtss ls
  [[ $status -eq 0 && $output != *deadlock* ]]
  [[ $stderr == *"deadlock: ${peers[0]}/${peers[0]}/actor waits for \"B\" of ${peers[1]}/"* ]] ||
    [[ $stderr == *"deadlock: ${peers[1]}/${peers[1]}/actor waits for \"A\" of ${peers[0]}/"* ]]
  rtss ls -J >"$work/json"
  agrees ls <"$work/json"
  [[ $(field "[len(c) for c in d['deadlocks']]" <"$work/json") == "[2]" ]]
}

@test "a chain without a cycle is not a deadlock, and neither is a wait that an event may end" {
  ready_actor own A
  actor own B wait A
  actor own C find B any B Go
  await cell_is B WAITING 1
  run --separate-stderr rtss ls
  [[ -z $stderr ]]
  actor own D find E any E Stop
  actor own E find D wait D
  await cell_is E WAITING 1
  await cell_is D WAITING 1
  run --separate-stderr rtss ls
  [[ -z $stderr ]]
}

@test "ls says what is wrong with a missing, foreign, cut or damaged file, and exits with 125" {
  code 125 rtss ls
  shows "no such namespace"
  echo "not a namespace, but a text that is long enough to be a header of one: $(printf '%0500d' 0)" >"$file"
  code 125 rtss ls
  shows "$file"
  shows "not a namespace"
  rm "$file"
  mkfifo "$file"
  code 125 rtss ls
  shows "not a regular file"
  rm "$file"
  ln -s /etc/passwd "$file"
  code 125 rtss ls
  shows "symbolic link"
  rm "$file"
  ready_actor own A
  head -c 1000000 "$file" >"$work/cut"
  kill_hard "$pid"
  cp "$work/cut" "$file"
  code 125 rtss ls
  shows "truncated"
}

@test "ls shows the level of a thread" {
  ready_actor thread 50
  [[ $(rtss ls -a -nr -t thread -o LEVEL) == 50 ]]
}

@test "what could not be written is an error: 125" {
  ready_actor own A
  for command in ls "ls -J" info "show A" check "clean --dry-run $RTSS_NAMESPACE" "namespace list" "top -b -n 1" --help; do
    # shellcheck disable=SC2086
    run bash -c '"$RTSS" "$@" >/dev/full' bash $command
    [[ $status -eq 125 && $output == *"standard output cannot be written: No space left"* ]] || { echo "$command: $status"; false; }
  done
  code 0 bash -c '"$RTSS" lock B -- true >/dev/full'
}

@test "ls refuses wrong names and options with 125 and says which" {
  code 125 rtss --namespace 'no/such' ls
  shows "not a namespace name"
  shows "set RTSS_NAMESPACE to one"
  code 125 rtss ls --namespace 'no/such'
  shows "not a namespace name"
  code 125 rtss ls -o NAME,COLOUR
  shows "COLOUR"
  code 125 rtss ls -t mutant
  shows "mutant"
  code 125 rtss ls --wrong
  shows "--wrong"
  code 125 rtss ls -o ''
  code 125 rtss ls -J -r
  code 125 rtss ls surplus
}

@test "a look at random bytes behind a good header gets an answer, not a fault" {
  RTSS_LIMITS=processes=3,threads=6,objects=8,handles=16 ready_actor level 10 own Lock event Tick
  actor wait Lock
  await cell_is Lock WAITING 1
  cp "$file" "$work/good"
  kill_hard "$pid"
  for ((seed = 1; seed <= 8; ++seed)); do
    cp "$work/good" "$file"
    /usr/bin/python3 "$SOURCE_DIR/tests/tool/scramble.py" "$file" "$seed"
    for command in "ls -a" "ls -a -J" "info -J" "top -b -n 1" "show Lock" "clean --dry-run $RTSS_NAMESPACE"; do
      # shellcheck disable=SC2086
      run timeout 60 "$RTSS" $command
      [[ $status -eq 0 || $status -eq 125 ]] || { echo "seed $seed: $command: $status"; return 1; }
    done
    run timeout 60 "$RTSS" check
    [[ $status -le 2 ]] || { echo "seed $seed: check: $status"; return 1; }
  done
}

@test "a file that is cut while it is read is an error, not a crash" {
  ready_actor own Lock event Tick
  kill_hard "$pid"
  size=$(stat -c %s "$file")
  while goes_on; do
    truncate -s 4096 "$file"
    truncate -s "$size" "$file"
  done 3>&- &
  cutter=$!
  for ((i = 0; i < 8; ++i)); do
    run timeout 60 "$RTSS" ls -a
    [[ $status -eq 0 || $status -eq 125 ]] || { echo "exit status $status: $output"; touch "$work/stop"; return 1; }
  done
  touch "$work/stop"
  wait "$cutter"
}

@test "ls -p shows what one process owns, waits for or has open" {
  ready_actor own Mine
  owner=$pid
  ready_actor own Other
  code 0 rtss ls -p "$owner"
  shows Mine
  [[ $output != *Other* ]]
  code 125 rtss ls -p 0
}

@test "ls --watch prints again and again, until it is told to end" {
  ready_actor own Lock
  "$RTSS" ls --watch=0.05 >"$work/out" 3>&- &
  peers+=($!)
  printed_twice() { [[ $(grep -c '^NAME' "$work/out") -ge 2 ]]; }
  await printed_twice
  kill "${peers[-1]}"
}

@test "ls escapes characters that turn the direction of the text" {
  ready_actor event $'evil\u202egpj.exe'
  code 0 rtss ls
  [[ $output == *'evil\xe2\x80\xaegpj.exe'* && $output != *$'\u202e'* ]]
}

@test "ls keeps its columns straight beside names of wide characters, and fits the terminal" {
  ready_actor event 日本語 event ascii event "$(printf 'long%.0s' {1..40})"
  code 0 "$SOURCE_DIR/bench/tests/terminal.py" 80 "$RTSS" ls
  code 0 rtss ls
  [[ $(grep -E '^(日本語) ' <<<"$output" | sed 's/event.*//; s/日本語/123456/' | wc -c) == \
     $(grep -E '^ascii ' <<<"$output" | sed 's/event.*//' | wc -c) ]]
}
