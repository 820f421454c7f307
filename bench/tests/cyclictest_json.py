#!/usr/bin/python3
"""usage: cyclictest_json.py RTSS_BENCH

Measures with the installed cyclictest and with rtss-bench, and holds the second JSON against the first, key by key: a
program that reads cyclictest's finds each key, with a value of the same kind, in ours. Then takes keys out of ours and
expects each to be missed.
"""
import copy
import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

# The version of the other tool, and of no use to a reader of figures.
THEIRS_ALONE = {"rt_test_version"}


def kind(value):
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def entries(value, path=()):
    """Each key with the kind of its value; threads and cells of histograms are all alike."""
    yield path, kind(value)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        name = key.rstrip(":")  # rt-tests 2.4 has colons in two of its keys
        if path in ((), ("sysinfo",)) and name in THEIRS_ALONE:
            continue
        numbered = path == ("thread",) or path[-1:] == ("histogram",)
        if numbered and not key.isdigit():
            yield (*path, key), "a key that is no number"
        yield from entries(inner, (*path, "N" if numbered else name))


def missing(theirs, ours):
    have = set(entries(ours))
    return [f"{'.'.join(path)}, a {what}" for path, what in sorted(set(entries(theirs)) - have)]


def contradictions(result):
    for when in ("start_time", "end_time"):
        datetime.datetime.strptime(result[when], "%a, %d %b %Y %H:%M:%S %z")
    if result["num_threads"] != len(result["thread"]):
        yield "num_threads is not the number of threads"
    for number, thread in result["thread"].items():
        if not thread.get("missing") and not thread["min"] <= thread["avg"] <= thread["max"]:
            yield f"thread {number}: the average lies outside"


def without(result, path):
    spoilt = copy.deepcopy(result)
    for place in [spoilt["thread"][n] for n in spoilt["thread"]] if path[0] == "N" else [spoilt]:
        for key in path[1:-1]:
            place = place[key]
        del place[path[-1]]
    return spoilt


def run(command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=100)


def main(bench):
    if shutil.which("cyclictest") is None:
        print("SKIPPED: cyclictest is not installed (Debian: rt-tests)")
        return 77
    with tempfile.TemporaryDirectory() as directory:
        theirs, ours = (pathlib.Path(directory) / name for name in ("theirs", "ours"))
        done = run(["cyclictest", "-q", "-t", "2", "-l", "50", "-i", "1000", "-h", "100000", f"--json={theirs}"])
        if done.returncode != 0:
            print(f"SKIPPED: cyclictest does not run here: {done.stderr.strip()}")
            return 77
        done = run([bench, "timer", "-q", "-r", "1", "-l", "50", f"--json={ours}"])
        if done.returncode != 0:
            print(f"rtss-bench fails: {done.stderr}")
            return 1
        theirs, ours = (json.loads(path.read_text()) for path in (theirs, ours))
    failures = [f"not in ours: {what}" for what in missing(theirs, ours)]
    failures += [*(f"theirs: {what}" for what in contradictions(theirs)), *(f"ours: {what}" for what in contradictions(ours))]
    if not any(thread["histogram"] for thread in theirs["thread"].values()):
        failures.append("cyclictest's histograms are empty: nothing was compared")
    for path in (("", "cmdline"), ("", "sysinfo", "realtime"), ("N", "cycles"), ("N", "histogram")):
        if not missing(theirs, without(ours, path)):
            failures.append(f"not missed: {path}")
    print("\n".join(failures) if failures else f"all {len(set(entries(theirs)))} keys of cyclictest are in ours")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
