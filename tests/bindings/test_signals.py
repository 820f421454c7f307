"""Signals while the main thread waits. Each test runs a script of its own, whose main thread is the one that waits."""

import os
import signal

import pytest
import rtss
from conftest import until_waiting

PREAMBLE = "import os, signal, sys, threading, rtss\nname = sys.argv[1]\n"

WAITS = {
    "mutex": "rtss.Mutex(name).acquire()",
    "mutex with a time-out": "rtss.Mutex(name).acquire(1000)",
    "wait_any": "rtss.wait_any([rtss.Event(manual_reset=True), rtss.Mutex(name)])",
    "wait_any on 64": "rtss.wait_any([rtss.Event(manual_reset=True) for _ in range(63)] + [rtss.Mutex(name)])",
    "wait_all": "rtss.wait_all([rtss.Event(manual_reset=True, initially_set=True), rtss.Mutex(name)])",
}


def finish(process):
    output, errors = process.communicate()
    return process.returncode, output, errors


@pytest.mark.parametrize("wait", WAITS)
def test_ctrl_c_ends_an_infinite_wait(script, name, wait):
    with rtss.Mutex(name) as mutex:
        process = script(PREAMBLE + WAITS[wait], name)
        until_waiting(name)
        process.send_signal(signal.SIGINT)
        code, _, errors = finish(process)
        assert code == -signal.SIGINT and "KeyboardInterrupt" in errors
    assert mutex.acquire(0)
    mutex.release()


def test_a_handler_that_returns_does_not_end_the_wait(script, name):
    with rtss.Mutex(name):
        process = script(
            PREAMBLE
            + "signal.signal(signal.SIGUSR1, lambda *_: print('handled', flush=True))\n"
            + "print(rtss.Mutex(name).acquire())",
            name,
        )
        for _ in range(3):
            until_waiting(name)
            process.send_signal(signal.SIGUSR1)
            assert process.stdout.readline() == "handled\n"
        until_waiting(name)
    assert finish(process)[:2] == (0, "True\n")


def test_a_handler_may_wait_itself(script, name):
    with rtss.Mutex(name):
        process = script(
            PREAMBLE
            + "other = rtss.Semaphore(initial=0)\n"
            + "signal.signal(signal.SIGUSR1, lambda *_: print(other.acquire(0.01), flush=True))\n"
            + "print(rtss.Mutex(name).acquire())",
            name,
        )
        until_waiting(name)
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "False\n"
        until_waiting(name)
    assert finish(process)[:2] == (0, "True\n")


LOSE_NOTHING = (
    PREAMBLE
    + """
semaphore, event, mutex = rtss.Semaphore.open(name), rtss.Event.open(name + " event"), rtss.Mutex.open(name + " mutex")
waits = {"semaphore": semaphore.acquire, "event": event.wait, "mutex": mutex.acquire,
         "all": lambda: rtss.wait_all([semaphore, event, mutex])}
for line in sys.stdin:
    taken = False
    try:
        taken = waits[line.strip()]()
    except KeyboardInterrupt:
        pass
    print("taken" if taken else f"interrupted {mutex.owned}", flush=True)
"""
)


@pytest.mark.parametrize("what", ["semaphore", "event", "mutex", "all"])
def test_what_is_granted_at_the_moment_of_an_interrupt_is_not_lost(script, name, what):
    """The object is signaled and the signal sent in one breath: whichever comes first, the object is either taken and
    reported, or still there for others."""
    semaphore = rtss.Semaphore(name, initial=0)
    event = rtss.Event(f"{name} event", manual_reset=False)
    mutex = rtss.Mutex(f"{name} mutex", owned=True)
    process = script(LOSE_NOTHING, name)
    seen = set()
    for attempt in range(16):
        process.stdin.write(what + "\n")
        process.stdin.flush()
        until_waiting({"event": event.name, "mutex": mutex.name}.get(what, name))
        first_signal = attempt % 2
        if first_signal:
            process.send_signal(signal.SIGINT)
        if what in ("semaphore", "all"):
            semaphore.release()
        if what in ("event", "all"):
            event.set()
        if what in ("mutex", "all"):
            mutex.release()
        if not first_signal:
            process.send_signal(signal.SIGINT)
        answer = process.stdout.readline().strip()
        if answer in ("taken", ""):  # the interrupt came after the wait: it ends the script, before or after the answer
            finish(process)
            process = script(LOSE_NOTHING, name)
        else:
            assert answer == "interrupted False"
            assert semaphore.count == (what in ("semaphore", "all"))
            assert event.is_set() == (what in ("event", "all"))
            semaphore.acquire(0)
            event.wait(0)
        seen.add(answer)
        try:
            mutex.acquire()
        except rtss.AbandonedError:  # the script ended owning it
            mutex.consistent()
    mutex.release()
    assert "interrupted False" in seen


def test_the_wait_keeps_its_place_in_the_queue(script, start, name):
    """The script waited first, so it is served first, however long both wait."""
    mutex = rtss.Mutex(name, owned=True)
    memory = rtss.SharedMemory(f"{name} memory", size=8)
    process = script(
        PREAMBLE + "with rtss.Mutex(name): rtss.SharedMemory.open(name + ' memory').buf[0:5] = b'first'", name
    )
    until_waiting(name)
    peer = start("c")
    peer.ask("mutex", name, "free")
    peer.ask("memory", memory.name, 8)
    peer.tell("wait", name, -1)
    until_waiting(name, 2)
    # Long enough for a wait that polls to have lost its place many times over.
    assert not rtss.Event(manual_reset=True).wait(0.3)
    mutex.release()
    assert peer.answer() == "taken"
    assert peer.ask("read", memory.name, 0, 5) == "first"
    memory.close()


def test_the_wake_up_descriptor_of_the_program_is_put_back_and_served(script, name):
    with rtss.Mutex(name):
        process = script(
            PREAMBLE
            + """
reader, writer = os.pipe()
os.set_blocking(writer, False)
signal.set_wakeup_fd(writer)
signal.signal(signal.SIGUSR1, lambda *_: None)
rtss.Mutex(name).acquire()
print(signal.set_wakeup_fd(-1) == writer, os.read(reader, 9) == bytes([signal.SIGUSR1]))
""",
            name,
        )
        until_waiting(name)
        process.send_signal(signal.SIGUSR1)
        # The byte is passed on before the wait goes on, or a moment later; reading it above waits for it.
        until_waiting(name)
    assert finish(process)[:2] == (0, "True True\n")


def test_an_interrupted_owner_that_ends_leaves_the_mutex_abandoned(script, name):
    mutex = rtss.Mutex(name)
    process = script(PREAMBLE + "mutex = rtss.Mutex(name, owned=True)\nmutex.acquire()\nrtss.Event(name + ' never', "
                     "manual_reset=True).wait()", name)
    until_waiting(f"{name} never")
    process.send_signal(signal.SIGINT)
    finish(process)
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire()
    mutex.release()


def test_abandonment_seen_by_an_interrupted_wait_is_not_lost(script, start, name):
    """Owner killed and signal sent in one breath: the waiter either never took the mutex, or owns it in doubt."""
    mutex = rtss.Mutex(name)
    outcomes = set()
    for _ in range(10):
        peer = start("c")
        peer.ask("mutex", name, "free")
        assert peer.ask("wait", name, -1) in ("taken", "abandoned")
        process = script(
            PREAMBLE
            + """
mutex = rtss.Mutex(name)
def attempt():
    try:
        mutex.acquire()
        return "taken"
    except KeyboardInterrupt:
        return "interrupted"
    except rtss.AbandonedError:
        return "abandoned"
try:
    first = attempt()
    while first == "interrupted" and not (first := attempt()): pass
    print(first)
except KeyboardInterrupt:
    print("late")
""",
            name,
        )
        until_waiting(name)
        process.send_signal(signal.SIGINT)
        os.kill(peer.process.pid, signal.SIGKILL)
        outcomes.add(finish(process)[1].strip())
        with pytest.raises(rtss.AbandonedError):  # the script ended owning it, or never took it
            mutex.acquire()
        mutex.release()
    assert outcomes <= {"abandoned", "late"}
