"""Events, semaphores, waits on several objects, time-outs."""

import math
import os
import signal
import time

import pytest
import rtss
from conftest import until_waiting


def test_an_event_set_here_lets_the_peer_go(peer, name):
    event = rtss.Event(name, manual_reset=True)
    assert peer.ask("event", name, "auto", "clear") == "existed"
    peer.tell("wait", name, -1)
    until_waiting(name)
    event.set()
    assert peer.answer() == "taken"
    assert event.is_set() and event.manual_reset
    event.reset()
    assert not event.is_set()


def test_an_event_set_by_the_peer_lets_this_process_go(peer, name):
    event = rtss.Event(name, manual_reset=False)
    assert peer.ask("event", name, "auto", "clear") == "existed"
    assert not event.wait(0)
    assert peer.ask("set", name) == "ok"
    assert event.wait()
    assert not event.wait(0)


def test_a_pulse_lets_go_who_waits_and_stays_clear(start, name):
    event = rtss.Event(name, manual_reset=True)
    peers = [start("c"), start("c")]
    for peer in peers:
        peer.ask("event", name, "manual", "clear")
        peer.tell("wait", name, -1)
    until_waiting(name, 2)
    event.pulse()
    assert [peer.answer() for peer in peers] == ["taken", "taken"]
    assert not event.is_set()


def test_the_kind_of_an_existing_event_can_be_seen(start, name):
    start("c").ask("event", name, "auto", "set")
    event = rtss.Event(name, manual_reset=True)
    assert not event.created and not event.manual_reset and event.is_set()


def test_a_semaphore_counts_across_processes(peer, name):
    semaphore = rtss.Semaphore(name, initial=2, maximum=3)
    assert peer.ask("semaphore", name, 0, 1) == "existed"
    assert peer.ask("wait", name, 0) == "taken"
    assert semaphore.acquire(0)
    assert not semaphore.acquire(0)
    assert peer.ask("release", name, 2) == "ok"
    assert (semaphore.count, semaphore.maximum) == (2, 3)
    assert semaphore.release() == 2
    with pytest.raises(rtss.Error, match="nothing was added"):
        semaphore.release()
    with semaphore:
        assert semaphore.count == 2
    assert semaphore.count == 3


@pytest.mark.parametrize(
    ("initial", "maximum"), [(-1, 3), (4, 3), (0, 0), (0, 2**31), (2**40, 2**41)], ids=lambda value: str(value)
)
def test_counts_out_of_range_are_refused(initial, maximum):
    with pytest.raises(ValueError, match="semaphore"):
        rtss.Semaphore(initial=initial, maximum=maximum)


def test_releasing_no_unit_is_refused():
    with pytest.raises(ValueError):
        rtss.Semaphore(initial=0).release(0)


def test_wait_any_takes_the_lowest_index_and_no_other(name):
    event = rtss.Event(f"{name} event", manual_reset=False)
    semaphore = rtss.Semaphore(f"{name} semaphore", initial=1)
    assert rtss.wait_any([event, semaphore]) == 1
    assert rtss.wait_any([event, semaphore], 0) is None
    event.set()
    semaphore.release()
    assert rtss.wait_any([event, semaphore]) == 0
    assert semaphore.count == 1


def test_wait_any_is_ended_by_a_peer(peer, name):
    mutex = rtss.Mutex(f"{name} mutex")
    event = rtss.Event(name, manual_reset=False)
    assert peer.ask("mutex", mutex.name, "free") == "existed"
    assert peer.ask("wait", mutex.name, 0) == "taken"
    peer.ask("event", name, "auto", "clear")
    assert rtss.wait_any([mutex, event], 0.02) is None
    peer.ask("set", name)
    assert rtss.wait_any([mutex, event]) == 1
    peer.ask("release", mutex.name)
    assert rtss.wait_any([event, mutex]) == 1
    mutex.release()


def test_wait_any_names_the_abandoned_mutex(start, name):
    peer = start("c")
    event, mutex = rtss.Event(f"{name} event", manual_reset=True), rtss.Mutex(name)
    peer.ask("mutex", name, "free")
    peer.ask("wait", name, 0)
    peer.kill()
    with pytest.raises(rtss.AbandonedError) as raised:
        rtss.wait_any([event, mutex])
    assert (raised.value.index, raised.value.mutexes) == (1, (mutex,))
    mutex.release()


def test_wait_all_takes_nothing_until_it_can_take_all(peer, name):
    names = [f"{name} {number}" for number in range(2)]
    first, second = (rtss.Semaphore(each, initial=0) for each in names)
    for each in names:
        peer.ask("semaphore", each, 0, 9)
    peer.tell("all", -1, *names)
    until_waiting(names[0])
    first.release()
    assert first.count == 1
    second.release()
    assert peer.answer() == "taken 0"
    assert (first.count, second.count) == (0, 0)
    assert not rtss.wait_all([first, second], 0.02)
    peer.ask("release", names[0])
    assert not rtss.wait_all([first, second], 0)
    peer.ask("release", names[1])
    assert rtss.wait_all([first, second])


def test_wait_all_says_that_a_mutex_was_abandoned_and_has_taken_all(start, name):
    peer = start("c")
    mutex, sound = rtss.Mutex(name), rtss.Mutex(f"{name} sound")
    semaphore = rtss.Semaphore(f"{name} semaphore", initial=1)
    peer.ask("mutex", name, "free")
    peer.ask("wait", name, 0)
    peer.kill()
    with pytest.raises(rtss.AbandonedError) as raised:
        rtss.wait_all([semaphore, mutex, sound])
    assert raised.value.mutexes == (mutex, sound)
    assert semaphore.count == 0 and mutex.owned and sound.owned
    for each in raised.value.mutexes:
        each.release()


def test_wait_all_with_hooks_repairs_every_mutex(start, name):
    peer = start("c")
    repaired = []
    mutexes = [rtss.Mutex(f"{name} {number}", on_abandoned=repaired.append) for number in range(2)]
    for mutex in mutexes:
        peer.ask("mutex", mutex.name, "free")
        peer.ask("wait", mutex.name, 0)
    peer.kill()
    assert rtss.wait_all(mutexes)
    assert repaired == mutexes
    for mutex in mutexes:
        mutex.release()


def test_wait_all_on_one_object_twice_is_refused(name):
    mutex = rtss.Mutex(name)
    with pytest.raises(rtss.Error) as raised:
        rtss.wait_all([mutex, mutex])
    assert raised.value.code == 87


@pytest.mark.parametrize("wait", [rtss.wait_any, rtss.wait_all])
def test_the_number_of_objects_is_checked(wait):
    with pytest.raises(ValueError, match="1 to 64 objects"):
        wait([])
    events = [rtss.Event(manual_reset=True, initially_set=True) for _ in range(65)]
    with pytest.raises(ValueError, match="1 to 64 objects"):
        wait(events)
    wait(events[:64])


def test_a_wait_on_64_objects_blocks_and_ends(start, name):
    peer = start("c")
    events = [rtss.Event(f"{name} {number}", manual_reset=False) for number in range(64)]
    peer.ask("event", events[63].name, "auto", "clear")
    assert rtss.wait_any(events, 0.12) is None
    peer.ask("set", events[63].name)
    assert rtss.wait_any(events) == 63


@pytest.mark.parametrize("timeout", [0.001, 0.03, 0.12])
@pytest.mark.parametrize("wait", [rtss.wait_any, rtss.wait_all])
def test_a_wait_never_ends_before_its_time_out(wait, timeout):
    event = rtss.Event(manual_reset=True)
    before = time.monotonic()
    assert not wait([event], timeout)
    assert time.monotonic() - before >= timeout


def test_a_peer_that_is_stopped_in_a_wait_goes_on_to_its_time_out(peer, name):
    event = rtss.Event(name, manual_reset=True)
    assert peer.ask("event", name, "auto", "clear") == "existed"
    before = time.monotonic()
    peer.tell("wait", name, 1200)
    until_waiting(name)
    for _ in range(3):
        peer.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, peer.process.pid, os.WSTOPPED | os.WNOWAIT)
        peer.process.send_signal(signal.SIGCONT)
        os.waitid(os.P_PID, peer.process.pid, os.WCONTINUED)
    assert peer.answer() == "timeout"
    assert time.monotonic() - before >= 1.2
    event.close()


@pytest.mark.parametrize("timeout", [-1, -0.001, math.nan, -math.inf])
def test_a_time_out_below_zero_is_refused(timeout):
    with pytest.raises(ValueError, match="timeout: seconds, 0 or more"):
        rtss.Event(manual_reset=True).wait(timeout)


@pytest.mark.parametrize("timeout", [True, False, "1", [1]])
def test_a_time_out_that_is_no_number_is_refused(timeout):
    with pytest.raises(TypeError, match="timeout: seconds"):
        rtss.Mutex().acquire(timeout)


@pytest.mark.parametrize("timeout", [math.inf, 1e300, 2**80, 1e11])
def test_a_huge_time_out_is_no_limit(timeout):
    assert rtss.Event(manual_reset=True, initially_set=True).wait(timeout)


def test_a_closed_object_is_not_waited_for():
    event = rtss.Event(manual_reset=True)
    event.close()
    with pytest.raises(ValueError, match="closed"):
        rtss.wait_any([event])


@pytest.mark.parametrize("wait", [rtss.wait_any, rtss.wait_all])
def test_what_cannot_be_waited_for_is_a_type_error(wait, name):
    event = rtss.Event(name, manual_reset=True)
    event.set()
    with pytest.raises(TypeError, match="not 3"):
        wait([event, 3])
    with pytest.raises(TypeError, match="not 'Ready'"):
        wait([event, "Ready"])
