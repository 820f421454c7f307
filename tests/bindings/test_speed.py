"""What programs of Windows pay for the objects, beside native programs in the same run. RTSS_TEST_SCALE takes more
rounds; the figures are printed, the tests are that each measurement is one."""

import ctypes
import os
import statistics
import subprocess

import pytest
import rtss
from conftest import WINDOWS, die_with_parent, until_waiting, windows_program

pytestmark = pytest.mark.skipif(not WINDOWS.is_dir(), reason="run by bindings.wine")
ROUNDS = int(os.environ.get("RTSS_TEST_SCALE", "1"))
LONG = 100
PASSES = 2000


class Report(ctypes.Structure):
    """struct report of speed.c."""

    _fields_ = [(field, ctypes.c_int32) for field in "last turns switches unused".split()]
    _fields_ += [(field, ctypes.c_int64) for field in "first_at last_at".split()]


def start(kind, *words):
    def prepare():
        die_with_parent()
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    program = windows_program("speed") if kind == "wine" else [os.environ["BINDINGS_SPEED"]]
    return subprocess.Popen([*program, *map(str, words)], stdout=subprocess.PIPE, text=True, preexec_fn=prepare)


def hand_off(name, kinds, of="ours"):
    """Microseconds from one process owning the mutex to the other one owning it."""
    go = rtss.Event(f"{name} go", manual_reset=True)
    with rtss.SharedMemory(name, size=ctypes.sizeof(Report)) as memory:
        sides = [start(kind, "pass", of, name, side + 1, PASSES) for side, kind in enumerate(kinds)]
        until_waiting(f"{name} go", 2)
        go.set()
        for side in sides:
            side.communicate(timeout=LONG)
        report = Report.from_buffer_copy(memory.buf)
    go.close()
    assert [side.returncode for side in sides] == [0, 0]
    assert report.turns == 2 * PASSES
    if report.switches < PASSES:
        pytest.skip("no hand-off under the ordinary policy: no real-time privilege")
    return (report.last_at - report.first_at) / 10 / (report.switches - 1)


def ratios(rows, measure):
    """Each row's median over the rounds, by name; in every round each row has one run."""
    runs = {row: [] for row in rows}
    for number in range(ROUNDS):
        for row in rows:
            runs[row].append(measure(row, number))
    return {row: statistics.median(each) for row, each in runs.items()}


def test_handing_a_mutex_over(name):
    rows = {
        "native, native": (("c", "c"), "ours"),
        "native, Windows": (("c", "wine"), "ours"),
        "Windows, Windows": (("wine", "wine"), "ours"),
        "Windows, Windows, Wine's own mutex": (("wine", "wine"), "windows"),
    }
    typical = ratios(rows, lambda row, number: hand_off(f"{name} {row} {number}", *rows[row]))
    for row, time in typical.items():
        print(f"hand-off, {row}: {time:.2f} us, x native {time / typical['native, native']:.2f}")
    ours, wines = typical["Windows, Windows"], typical["Windows, Windows, Wine's own mutex"]
    print(f"Windows, Windows / Wine's own: {ours / wines:.3f}")


def test_taking_and_releasing_a_free_mutex():
    typical = ratios(["c", "wine"], lambda kind, _: float(start(kind, "pairs").communicate(timeout=LONG)[0]))
    print(f"take + release: native {typical['c']:.1f} ns, Windows {typical['wine']:.1f} ns")
    print(f"Windows / native: {typical['wine'] / typical['c']:.2f}")
