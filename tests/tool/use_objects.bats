#!/usr/bin/env bats
# rtss event, sem, shm, wait and remove, with C programs on the other side.
load use_common

handles() { [[ $("$USE_OBSERVE" handles "$1") == "$2" ]]; }
exists() { [[ $("$USE_OBSERVE" handles "$1") != none ]]; }
has_units() { [[ $("$USE_PEER" units "$1") == "$2" ]]; }

# ---- what stays

@test "what create makes stays although no process has it open" {
  code 0 rtss event create e
  code 0 rtss sem create s
  code 0 rtss shm create --size 10 memory
  code 0 rtss mutex create m
  for name in e s memory m; do handles "$name" 0; done
  for name in e s memory m; do [[ $("$USE_OBSERVE" pinned "$name") == 1 ]]; done
}

@test "what create makes outlives the death of all processes" {
  rtss event create --manual --set e
  start waiting "$RTSS" lock m -- sleep 250
  kill_hard "$pid"
  code 0 rtss wait -w 0 e
}

@test "remove lets it go: at once, or with the last program that has it open" {
  rtss event create e
  code 0 rtss remove e
  fails exists e
  rtss mutex create m
  keeper m
  code 0 rtss remove m
  [[ $output == *'"m": goes with the last of 1 open handle' ]]
  exists m
  finish "$pid"
  code 125 rtss wait m   # the next process finds the last handle closed
  fails exists m
}

@test "remove takes several, and goes on after one that is not there" {
  rtss event create 'a b'
  rtss sem create 'x::y'
  code 125 rtss remove 'a b' missing 'x::y'
  [[ $output == *'"missing": '*'nothing has this name'* ]]
  fails exists 'a b'
  fails exists 'x::y'
}

@test "remove refuses what was not made to stay" {
  keeper m
  code 125 rtss remove m
  [[ $output == *'"m": was not made to stay'* ]]
  exists m
  code 0 rtss remove -f m
  code 0 rtss remove -f nothing
  exists m
}

@test "create -x makes it, or changes nothing: 75" {
  for make in "event create" "sem create" "shm create -s 8" "mutex create"; do
    # shellcheck disable=SC2086
    code 0 rtss $make -x "new $make"
    # shellcheck disable=SC2086
    code 75 rtss $make -x "new $make"
    [[ $output == *"exists already; nothing was changed"* ]]
  done
  start keeper "$USE_PEER" keep theirs
  await test -s "$work/keeper"
  code 75 rtss mutex create -x theirs
  [[ $("$USE_OBSERVE" pinned theirs) == 0 ]]
}

@test "create keeps the state of what exists, and makes it stay" {
  rtss event create --manual e
  rtss event set e
  code 0 rtss event create --manual e
  code 0 rtss wait -w 0 e
  start keeper "$USE_PEER" keep m
  await test -s "$work/keeper"
  code 0 rtss mutex create m
  finish "$pid"
  exists m
}

@test "create refuses to take for its own what was made otherwise" {
  rtss event create --manual e
  code 125 rtss event create e
  [[ $output == *"is reset by hand: add --manual"* ]]
  rtss sem create --max 3 s
  code 125 rtss sem create --max 4 s
  [[ $output == *"a maximum of 3"* ]]
  code 0 rtss sem create s
  rtss shm create -s 100 memory
  code 125 rtss shm create -s 101 memory
  [[ $output == *"with 100 bytes"* ]]
  code 125 rtss mutex create memory
  [[ $output == *"another kind of object"* ]]
}

@test "names: slashes, blanks, dots, colons, other scripts; not the backslash" {
  for name in a/b 'a b' a.b. a::b ümlaut 漢字 --dashes 'Global\prefixed'; do
    code 0 rtss event create -- "$name"
    code 0 rtss event set -- "$name"
    code 0 rtss wait -w 0 -- "$name"
    code 0 rtss remove -- "$name"
  done
  code 125 rtss event create 'a\b'
  code 125 rtss event create ''
  code 125 rtss event create $'\xff'
}

# ---- events

@test "wait returns when a C program sets the event" {
  rtss event create ready
  start waiting "$RTSS" wait ready
  waiting=$pid
  await waiters ready 1
  "$USE_PEER" set ready
  ended "$waiting" 0
}

@test "a C program returns when event set sets the event" {
  rtss event create ready
  start waiting "$USE_PEER" await-event ready
  waiting=$pid
  await waiters ready 1
  code 0 rtss event set ready
  ended "$waiting" 0
}

@test "an event that resets itself lets one waiter go for each set" {
  rtss event create e
  for i in 1 2 3; do start "waiting.$i" "$RTSS" wait e; done
  await waiters e 3
  rtss event set e
  waiters e 2
  rtss event set e
  waiters e 1
  rtss event set e
  for pid in "${peers[@]}"; do ended "$pid" 0; done
  code 75 rtss wait -w 0 e
}

@test "a manual event lets all go until it is reset" {
  rtss event create --manual e
  for i in 1 2; do start "waiting.$i" "$RTSS" wait e; done
  await waiters e 2
  rtss event set e
  for pid in "${peers[@]}"; do ended "$pid" 0; done
  code 0 rtss wait -w 0 e
  code 0 rtss event reset e
  code 75 rtss wait -w 0 e
}

@test "pulse releases the waiters, and leaves it clear" {
  rtss event create --manual e
  start waiting "$RTSS" wait e
  waiting=$pid
  await waiters e 1
  code 0 rtss event pulse e
  ended "$waiting" 0
  code 75 rtss wait -w 0 e
}

@test "event commands say what is wrong: 125" {
  for word in set reset pulse; do
    code 125 rtss event "$word" missing
    [[ $output == 'rtss: "missing": RtOpenEvent failed: nothing has this name'*ERROR_FILE_NOT_FOUND* ]]
  done
  rtss sem create s
  code 125 rtss event set s
  code 125 rtss event
  code 125 rtss event set
  code 125 rtss event toggle s
}

# ---- waiting

@test "wait for several prints the one that came" {
  rtss event create one
  rtss event create two
  start waiting "$RTSS" wait one two
  waiting=$pid
  await waiters two 1
  rtss event set two
  ended "$waiting" 0
  says waiting two
  waiters one 0
  rtss event set one
  code 0 rtss wait two one
  [[ $output == one ]]
}

@test "wait --all takes nothing until it can take everything" {
  rtss event create e
  rtss sem create --initial 1 s
  start waiting "$RTSS" wait --all e s
  waiting=$pid
  await waiters e 1
  has_units s 1
  rtss event set e
  ended "$waiting" 0
  has_units s 0
  [[ ! -s $work/waiting ]]
  code 125 rtss wait --all s s
  [[ $output == *"takes each object once"* ]]
}

@test "wait on a mutex takes it and releases it" {
  owner m
  start waiting "$RTSS" wait m
  waiting=$pid
  await waiters m 1
  finish "$owner"
  ended "$waiting" 0
  is_free m
}

@test "wait tells of an abandoned mutex, with --on-abandoned=fail by 76" {
  rtss mutex create m
  owner m
  kill_hard "$owner"
  code 76 rtss wait --on-abandoned=fail m
  code 0 rtss wait m
  [[ $output == *"abandoned"* ]]
  code 0 rtss wait --on-abandoned=fail m
}

@test "wait --all that took an abandoned mutex says what it cannot tell" {
  rtss event create --set e
  keeper m
  owner m
  kill_hard "$owner"
  code 0 rtss wait --all m e
  [[ $output == *'"m" or another of those awaited: abandoned'* ]]
}

@test "wait gives up after its time and takes nothing: 75" {
  rtss event create e
  rtss sem create s
  code 75 rtss wait -w 0.05 e
  code 75 rtss wait -w 0.05 e s
  code 75 rtss wait -w 0.05 --all e s
  waiters e 0
}

@test "wait says what is wrong: 125" {
  code 125 rtss wait
  code 125 rtss wait missing
  [[ $output == *'"missing": '*'nothing has this name'* ]]
  rtss shm create -s 1 memory
  code 125 rtss wait memory
  [[ $output == *"another kind of object"* ]]
  code 125 rtss wait -w x memory
  # shellcheck disable=SC2046
  code 125 rtss wait $(seq 65)
}

@test "a waiter that is killed takes nothing with it" {
  rtss sem create s
  start waiting "$RTSS" wait s
  await waiters s 1
  kill_hard "$pid"
  rtss sem release s
  await has_units s 1
}

@test "where names are per kind, -t chooses" {
  export RTSS_NAMES=per-kind
  rtss event create x
  rtss sem create --initial 1 x
  code 75 rtss wait -w 0 -t event x
  code 0 rtss wait -w 0 -t semaphore x
  code 0 rtss remove -t event x
  code 125 rtss wait -t event x
  code 75 rtss wait -w 0 x
  code 125 rtss wait -t window x
}

# ---- semaphores

@test "sem release=N lets N waiters go, scripts and C programs alike" {
  rtss sem create s
  start one "$RTSS" sem wait s
  start two "$USE_PEER" await-unit s
  start three "$RTSS" wait s
  await waiters s 3
  code 0 rtss sem release=2 s
  waiters s 1
  ended "${peers[0]}" 0
  ended "${peers[1]}" 0
  code 0 rtss sem release --count 3 s
  ended "${peers[2]}" 0
  has_units s 2
}

@test "a C program's units go to a script" {
  rtss sem create s
  start waiting "$RTSS" sem wait s
  waiting=$pid
  await waiters s 1
  "$USE_PEER" post s 2
  ended "$waiting" 0
  has_units s 1
}

@test "sem wait gives up after its time: 75" {
  rtss sem create --initial 1 s
  code 0 rtss sem wait -w 0 s
  code 75 rtss sem wait -w 0.05 s
}

@test "sem release is all or nothing" {
  rtss sem create --initial 1 --max 3 s
  code 125 rtss sem release=3 s
  [[ $output == *"would pass its maximum; nothing was released"* ]]
  has_units s 1
  code 0 rtss sem release=2 s
  has_units s 3
}

@test "sem says what is wrong: 125" {
  code 125 rtss sem
  code 125 rtss sem wait missing
  code 125 rtss sem release missing
  code 125 rtss sem create --initial 4 --max 3 s
  code 125 rtss sem create --max 0 s
  code 125 rtss sem create --initial -1 s
  rtss sem create s
  code 125 rtss sem release=0 s
  code 125 rtss sem release=x s
}

# ---- shared memory

@test "shared memory goes from a script to a C program and back" {
  rtss shm create --size 4K memory
  echo -n "from the script" | code 0 rtss shm load memory
  run "$USE_PEER" print memory
  [[ $output == "from the script" ]]
  "$USE_PEER" write memory "from C"
  code 0 rtss shm dump --length 6 memory
  [[ $output == "from C" ]]
}

@test "shm dump and load carry every byte" {
  head -c 5000 /dev/urandom >"$work/bytes"
  rtss shm create -s 5000 memory
  code 0 rtss shm load memory "$work/bytes"
  rtss shm dump memory | cmp - "$work/bytes"
  rtss shm dump -o 100 -l 50 memory | cmp - <(tail -c +101 "$work/bytes" | head -c 50)
  printf 'XY' | rtss shm load -o 4998 memory
  [[ $(rtss shm dump -o 4998 memory) == XY ]]
}

@test "shm dump --hex shows offset, bytes and text" {
  rtss shm create -s 20 memory
  printf 'hello \x01\xff' | rtss shm load memory
  code 0 rtss shm dump --hex memory
  [[ ${lines[0]} == "00000000  68 65 6c 6c 6f 20 01 ff 00 00 00 00 00 00 00 00  |hello ..........|" ]]
  [[ ${lines[1]} == "00000010  00 00 00 00 "*"|....|" ]]
}

@test "shm load writes all or nothing" {
  rtss shm create -s 4 memory
  printf 'abcd' | code 0 rtss shm load memory
  run bash -c 'printf 12345 | "$RTSS" shm load memory'
  [[ $status -eq 125 && $output == *"more than the 4 bytes that fit; nothing was written"* ]]
  [[ $(rtss shm dump memory) == abcd ]]
}

@test "shm says what is wrong: 125" {
  code 125 rtss shm
  code 125 rtss shm create memory
  code 125 rtss shm create -s 0 memory
  code 125 rtss shm create -s 5G memory
  code 125 rtss shm create -s much memory
  code 125 rtss shm dump missing
  rtss shm create -s 10 memory
  code 125 rtss shm dump -o 11 memory
  code 125 rtss shm dump -l 11 memory
  [[ $output == *"it has 10 bytes"* ]]
  code 125 rtss shm load memory "$work/missing"
  [[ $output == *"No such file"* ]]
}

@test "remove takes the file of shared memory away, too" {
  rtss shm create -s 10 memory
  compgen -G "/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE.shm-*"
  rtss remove memory
  fails compgen -G "/dev/shm/rtss-$(id -u)-$RTSS_NAMESPACE.shm-*"
}
