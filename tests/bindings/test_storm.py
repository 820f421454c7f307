"""Storms over the objects that programs of Windows and native ones share: threads are stopped and ended at random
points, processes are killed. Afterwards nothing is lost. RTSS_TEST_SCALE makes them longer."""

import ctypes
import os
import random
import subprocess
import time

import pytest
import rtss
from conftest import WINDOWS, die_with_parent, windows_program

pytestmark = pytest.mark.skipif(not WINDOWS.is_dir(), reason="run by bindings.wine")
SCALE = int(os.environ.get("RTSS_TEST_SCALE", "1"))
SLOTS = 16
LONG = 200 * SCALE


class Slot(ctypes.Structure):
    _fields_ = [
        (field, ctypes.c_int32)
        for field in "taking posting taken posted may_be_taken may_be_posted turns failed".split()
    ]


class Memory(ctypes.Structure):
    """struct storm of storm.c."""

    _fields_ = [(field, ctypes.c_int32) for field in "over holder two_owners stops ends".split()]
    _fields_ += [("unused", ctypes.c_int32 * 3), ("slots", Slot * SLOTS)]


class Storm:
    def __init__(self, name):
        self.name = name
        self.shared = rtss.SharedMemory(f"{name} memory", size=ctypes.sizeof(Memory))
        self.memory = Memory.from_buffer(self.shared.buf)
        self.mutex = rtss.Mutex(f"{name} mutex")
        self.units = rtss.Semaphore(f"{name} units", initial=0, maximum=1000000)
        self.running = []

    def start(self, kind, *words):
        program = windows_program("storm") if kind == "wine" else [os.environ["BINDINGS_STORM"]]
        process = subprocess.Popen(
            [*program, words[0], self.name, *map(str, words[1:])],
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )
        self.running.append(process)
        return process

    def absolve(self, slot):
        """What the dead may or may not have done."""
        own = self.memory.slots[slot]
        own.may_be_taken += own.taking
        own.may_be_posted += own.posting
        own.taking = own.posting = 0

    def calm(self):
        """Every thread that is alive ends by itself."""
        self.memory.over = 1
        for process in self.running:
            process.wait(LONG)
            process.stdout.close()
        for slot in range(SLOTS):
            self.absolve(slot)

    def account(self):
        slots = self.memory.slots
        assert [slot.failed for slot in slots] == [0] * SLOTS, "lines of storm.c"
        assert self.memory.two_owners == 0
        try:
            assert self.mutex.acquire(LONG)
        except rtss.AbandonedError:
            self.mutex.consistent()
        self.mutex.release()
        balance = self.units.count + sum(slot.taken - slot.posted for slot in slots)
        assert balance >= -sum(slot.may_be_taken for slot in slots), "units were lost"
        assert balance <= sum(slot.may_be_posted for slot in slots), "units were doubled"
        return sum(slot.turns for slot in slots)

    def close(self):
        for process in self.running:
            process.kill()
            process.wait()
        del self.memory
        self.shared.close()


@pytest.fixture
def storm(name):
    made = Storm(name)
    yield made
    made.close()


def test_stopped_and_ended_threads_hold_nothing_that_other_threads_need(storm):
    stops = 100 * SCALE
    bystanders = [storm.start("c", "work", 6), storm.start("wine", "work", 7)]
    stoppers = [storm.start("c", "stop", 0, stops), storm.start("wine", "stop", 3, stops)]
    longest = [stopper.communicate(timeout=LONG)[0].strip() for stopper in stoppers]
    assert [stopper.returncode for stopper in stoppers] == [0, 0]
    assert (storm.memory.stops, storm.memory.ends) == (2 * stops, 2 * stops // 5)
    assert all(process.poll() is None for process in bystanders)
    storm.calm()
    turns = storm.account()
    print(f"{stops} stops in each kind of process, {turns} turns; longest stall, native and Windows: {longest} ms")


def test_killed_processes_of_either_kind_lose_nothing(storm):
    kills = 20 if SCALE == 1 else 100 * SCALE
    kinds = ["wine", "wine", "c", "c"]
    chance = random.Random(SCALE)
    workers = [storm.start(kind, "work", slot) for slot, kind in enumerate(kinds)]
    begun = [0] * len(kinds)  # turns before the worker of today
    killed = {"wine": 0, "c": 0}
    while killed["wine"] < kills:
        for index, worker in enumerate(workers):
            if storm.memory.slots[index].turns != begun[index]:  # it works: those that still start have the processors
                os.setpriority(os.PRIO_PROCESS, worker.pid, 19)
        slot = chance.randrange(len(kinds))
        before = storm.memory.slots[slot].turns
        deadline = time.monotonic() + LONG
        while storm.memory.slots[slot].turns == before:  # it has come as far as to do something
            assert time.monotonic() < deadline and workers[slot].poll() is None
            time.sleep(0.001)
        time.sleep(chance.random() * 0.005)
        workers[slot].kill()
        workers[slot].wait()
        workers[slot].stdout.close()
        storm.running.remove(workers[slot])
        storm.absolve(slot)
        killed[kinds[slot]] += 1
        begun[slot] = storm.memory.slots[slot].turns
        workers[slot] = storm.start(kinds[slot], "work", slot)
    storm.calm()
    turns = storm.account()
    print(f"{killed['wine']} Windows and {killed['c']} native processes killed, {turns} turns")
