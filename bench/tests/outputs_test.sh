#!/usr/bin/env bash
# usage: outputs_test.sh RTSS_BENCH
# shellcheck disable=SC2317   # expect calls the functions
# Where results go: files, pictures, pages, logs of other tools, narrow terminals, disks that are full.
set -uo pipefail
# shellcheck source=bench/tests/common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
fills_disk() { timeout 100 "$@" >/dev/full 2>"$directory/err"; [[ $? -eq 125 ]]; }
said_once() { [[ $(grep -cF -- "$1" "$directory/err") -eq 1 && $(wc -l <"$directory/err") -eq 1 ]]; }
silent() { ! grep -q wrote "$directory/err"; }
alone_in() { [[ $(ls "$1") = "$2" ]]; }

short=(-r 3 -l 200)
quick=("$bench" semaphore --threads "${short[@]}")

expect "one measurement fills every kind of file" exits_with 0 "$bench" handoff "${short[@]}" -q --json "$directory/r.json" \
  --plot "$directory/r.svg" --html "$directory/r.html" --hdr "$directory/r.hdr"
expect "nothing was printed" test ! -s "$directory/out"
expect "not a word about files either" silent
expect "without -q each file is named" exits_with 0 "$bench" merge "$directory/r.json" --json "$directory/w.json" --html "$directory/w.html"
expect "one line for each" test "$(grep -cxE "rtss-bench: wrote $directory/w\.(json|html)" "$directory/err")" -eq 2
expect "the picture has every contestant, beside the plot, each with a look of its own" \
  "$here/check_picture.py" "$directory/r.svg" "$directory/r.json"
expect "a .png is drawn" exits_with 0 "$bench" merge "$directory/r.json" --plot "$directory/r.png"
expect "the .png has every contestant, in the colours of the .svg" "$here/check_png.py" "$directory/r.png" "$directory/r.svg"

# ---- what other tools read ------------------------------------------------------------------------------------------
expect "the merge of two runs succeeds" exits_with 0 "$bench" merge "$directory/r.json" "$directory/r.json" --json "$directory/m.json"
expect "it has the samples of both" json m.json "[t['cycles'] for t in d['thread'].values() if 'cycles' in t] == \
  [2 * t['cycles'] for t in json.load(open('$directory/r.json'))['thread'].values() if 'cycles' in t]"
expect "it is a result again" exits_with 0 "$bench" merge "$directory/m.json"
expect "a merge without a file is printed" json out "d['num_threads'] > 0"

same_as_result() { # of what a reader of the log printed: tag, count, maximum and 99th percentile of each contestant
  /usr/bin/python3 - "$directory/r.json" "$directory/out" <<'PYTHON'
import json, sys
threads = [t for t in json.load(open(sys.argv[1]))["thread"].values() if "missing" not in t]
lines = [line.rsplit(" ", 3) for line in open(sys.argv[2])]
assert len(lines) == len(threads) > 0, (len(lines), len(threads))
for thread, (tag, count, highest, p99) in zip(threads, lines):
    assert tag.endswith(thread["name"].replace(" ", "_").replace(",", "_")), (tag, thread["name"])
    assert int(count) == thread["cycles"], (tag, count, thread["cycles"])
    for ours, theirs in ((thread["max"], int(highest)), (thread["percentiles"]["99"], int(p99))):
        assert abs(ours - theirs) <= ours * 0.003 + 2, (tag, ours, theirs)
PYTHON
}

if command -v javac >/dev/null && [[ -e /usr/share/java/hdrhistogram.jar ]]; then
  expect "the log's reader compiles" javac -cp /usr/share/java/hdrhistogram.jar -d "$directory" "$here/ReadHdrLog.java"
  expect "HdrHistogram reads the log" exits_with 0 java -cp "/usr/share/java/hdrhistogram.jar:$directory" ReadHdrLog "$directory/r.hdr"
  expect "it finds the same counts and maxima" same_as_result
else
  echo "SKIPPED: HdrHistogram reads the log: no javac, or no HdrHistogram (packages default-jdk-headless, libhdrhistogram-java)"
fi

# Where Node does not find the module it is installed below $directory.
finds_module() { NODE_PATH=$directory/node_modules${NODE_PATH:+:$NODE_PATH} node "$@"; }
has_module() { finds_module -e 'require("hdr-histogram-js")' 2>/dev/null; }
install_module() {
  command -v npm >/dev/null && timeout 60 npm install --silent --no-audit --no-fund --prefer-offline --fetch-retries=0 \
    --prefix "$directory" hdr-histogram-js@3.0.1 >/dev/null 2>&1
}
if command -v node >/dev/null && { has_module || { install_module && has_module; }; }; then
  expect "hdr-histogram-js reads the log" finds_module "$here/read_hdr_log.js" "$directory/r.hdr" >"$directory/out"
  expect "it finds the same counts and maxima as well" same_as_result
else
  echo "SKIPPED: hdr-histogram-js reads the log: no Node (package nodejs), or npm cannot install the module"
fi

expect "-q leaves a histogram that is asked for" exits_with 0 "${quick[@]}" -q --histogram=60
expect "every row is there, empty ones too" test "$(grep -cE $'^0000[0-5][0-9](\t[0-9]{6,})+$' "$directory/out")" -eq 60
expect "all other lines are comments" test "$(grep -cvE '^(#|[0-9])' "$directory/out")" -eq 0
expect "there is one total for each column" test "$(grep '^# Total:' "$directory/out" | wc -w)" -eq \
  "$(($(grep -m 1 '^000000' "$directory/out" | wc -w) + 1))"
# As scripts for cyclictest's output do: comments off, tabs between columns, one file for each column, gnuplot.
grep -v -e '^#' -e '^$' "$directory/out" | tr ' ' '\t' >"$directory/histogram"
cut -f 1,2 "$directory/histogram" >"$directory/histogram1"
expect "gnuplot draws it" gnuplot -e "set terminal png; set output '$directory/h.png'; set logscale y; set xrange [0:60]; \
  plot '$directory/histogram1' using 1:2 with histeps"
expect "the drawing is there" test -s "$directory/h.png"

# ---- the page, in a browser -----------------------------------------------------------------------------------------
if browser=$(command -v chromium || command -v chromium-browser); then
  # Keys as a reader presses them, then what the page says.
  sed 's#</body>#<script>{ const figure = document.querySelector("figure"); const before = figure.dataset.to;\
    for (const key of ["+", "+", "ArrowRight", "ArrowDown"]) figure.dispatchEvent(new KeyboardEvent("keydown", {key}));\
    document.title = "zoomed " + (before / figure.dataset.to); }</script></body>#' "$directory/r.html" >"$directory/keys.html"
  show=("$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$directory/browser" --virtual-time-budget=2000 --dump-dom)
  if timeout 90 "${show[@]}" "file://$directory/keys.html" >"$directory/dom" 2>/dev/null && grep -q '</html>' "$directory/dom"; then
    expect "two presses of + show a quarter" grep -q '<title>zoomed 4</title>' "$directory/dom"
    expect "every contestant is drawn" test "$(grep -o '<path d="M' "$directory/dom" | wc -l)" -eq \
      "$(/usr/bin/python3 -c "import json; print(sum('missing' not in t for t in json.load(open('$directory/r.json'))['thread'].values()))")"
    expect "the cursor's place is text, of the contestant that was chosen" grep -qE '<output[^>]*>[^<]*, from [^<]* to [^<]*: [0-9]+ samples' "$directory/dom"
  else
    echo "SKIPPED: $browser does not start here"
  fi
else
  echo "SKIPPED: no browser (package chromium)"
fi
expect "the page needs nothing else" test "$(grep -cE '(src|href)=' "$directory/r.html")" -eq 0
expect "the page holds the figures" grep -q "rtapi named mutex</td>" "$directory/r.html"

# ---- standard output, terminals, disks ------------------------------------------------------------------------------
expect "--json - prints JSON and nothing else" exits_with 0 "${quick[@]}" --json -
expect "it is JSON" json out "d['num_threads'] > 0"
expect "no file of that name is made" test ! -e -
expect "a table goes into a pipe" exits_with 0 "${quick[@]}"
expect "its columns stand apart there" grep -qE '^bare futex +([0-9.]+ +){9}1\.00 \[' "$directory/out"
for columns in 40 80; do
  expect "everything fits into $columns columns" "$here/terminal.py" "$columns" "${quick[@]}"
done
expect "a table for a full disk is an error" fills_disk "${quick[@]}"
expect "it names the cause" said "rtss-bench: standard output cannot be written: No space left on device"
expect "so is JSON" fills_disk "${quick[@]}" --json -
expect "so is a comparison" fills_disk "$bench" compare "$directory/r.json" "$directory/r.json"
expect "so is a table of targets" fills_disk "$bench" targets --from "$directory/r.json"
expect "a file for a full disk is an error" exits_with 125 "${quick[@]}" --json /dev/full
expect "it names the file" said "cannot write /dev/full: No space left on device"
for option in json html hdr; do
  expect "--$option finds out before it measures" exits_with 125 "$bench" timer -l 10000000 -r 1 "--$option" /nonexistent/x
  expect "it names the path" said_once "cannot write /nonexistent/x: No such file or directory"
done

measures() { # measures PID: a process that it started has slept a hundred times, so there are samples
  local child
  for child in $(pgrep -P "$1"); do
    (($(awk '/^voluntary/ { sum += $2 } END { print sum + 0 }' "/proc/$child"/task/*/status 2>/dev/null) > 100)) && return
  done
  return 1
}

# ---- ends that lose nothing -----------------------------------------------------------------------------------------
for signal in TERM HUP; do
  mkdir "$directory/$signal"
  "$bench" timer -l 10000000 -r 1 --json "$directory/$signal/r.json" >"$directory/out" 2>&1 &
  pid=$!
  until measures "$pid"; do sleep 0.05; done
  kill -s "$signal" "$pid"
  wait "$pid"
  expect "SIG$signal ends it as an interrupt does" test $? -eq 0
  expect "the table is printed" grep -q '^clock_nanosleep' "$directory/out"
  expect "the file has what was measured" json "$signal/r.json" "0 < d['thread']['0']['cycles'] < 10000000"
  expect "nothing else is left" alone_in "$directory/$signal" r.json
done
mkdir "$directory/killed"
"$bench" semaphore --threads -l 100 -D 1h -q --json "$directory/killed/r.json" &
pid=$!
until [[ -s $directory/killed/r.json ]]; do sleep 0.1; done
kill -KILL "$pid"
wait "$pid" 2>/dev/null
rm -f "/dev/shm/rtss-$(id -u)-bench-$pid"
expect "a long run has saved what it had" json killed/r.json "d['thread']['0']['cycles'] > 0"

# ---- options --------------------------------------------------------------------------------------------------------
complains() { # complains CODE TEXT ARGUMENTS...: one line, with the program's name, and no number of 309 digits
  exits_with "$1" "$bench" "${@:3}" && said_once "rtss-bench: " && said "$2" && ! grep -qE '[0-9]{40}' "$directory/err"
}
expect "a limit that is no number" complains 125 '"x" is not a number of us, 0 or more' handoff --fail-above x
expect "a break below 0" complains 125 '"-1" is not a number of us, 0 or more' handoff -b -1
expect "a duration that is none" complains 125 "rtss-bench handoff --help" handoff -D soon
expect "an option that is none" complains 125 "--no-such" handoff --no-such
expect "a CPU that is not there" complains 125 "-a 1000: this process may run on the CPUs" handoff -a 1000
echo '{}' >"$directory/other.json"
expect "JSON of another kind" complains 1 "not a result of rtss-bench --json: JSON of another kind" compare "$directory/other.json" "$directory/other.json"
expect "no JSON" complains 1 "not a result of rtss-bench --json: no JSON" compare /dev/null /dev/null
expect "it says its version" exits_with 0 "$bench" --version
expect "as a word and a number" grep -qE '^rtss-bench [0-9.]+$' "$directory/out"
expect "threads and processes are both measured if both are asked for" exits_with 0 "$bench" semaphore --threads --processes "${short[@]}" -q --json "$directory/both.json"
expect "in two tables" json both.json "len(d['measurements']) == 2"
expect "one process of load is one process" exits_with 0 "${quick[@]}" --load=1 -q --json "$directory/one.json"
expect "it says so" json one.json "d['env']['background load'].startswith('1 process,')"

for command in handoff timer; do
  expect "$command measures on every CPU" exits_with 0 "$bench" "$command" -S "${short[@]}" -q --json "$directory/every.json"
  expect "with a row for each" json every.json "all(any(t['name'].endswith(f', CPU {cpu}') and t['cpu'] == cpu and t['cycles'] > 0 \
    for t in d['thread'].values()) for cpu in __import__('os').sched_getaffinity(0))"
done
expect "-t measures so many at the same time" exits_with 0 "$bench" timer -t 3 "${short[@]}" --histogram=50 --json "$directory/three.json"
expect "with a column for each" test "$(grep -m 1 '^000000' "$directory/out" | wc -w)" -eq "$((1 + 3 * 3))"
expect "with a maximum for each" test "$(grep -cE '^rtapi timer, CPU [0-9]+( \([0-9]+\))? +[0-9.]+ ' "$directory/out")" -eq 3
expect "each has its own name" json three.json "len({t['name'] for t in d['thread'].values()}) == 9"
expect "a picture of them has a line for each" exits_with 0 "$bench" merge "$directory/three.json" --plot "$directory/three.svg"
expect "told apart" "$here/check_picture.py" "$directory/three.svg" "$directory/three.json"
for way in "-S -a 0" "-t 2 -a 0" "-S -t 2" "-t 0"; do
  # shellcheck disable=SC2086   # words
  expect "$way is wrong usage" exits_with 125 "$bench" handoff $way
done

exit "$((failures > 0))"
