"""Mutexes between this process and peers in C, Python and C#."""

import gc
import os
import threading

import pytest
import rtss
from conftest import COMMANDS, until_waiting


def in_thread(function):
    """What the function returns, or the exception it raises, in a thread of its own."""
    outcome = []

    def run():
        try:
            outcome.append(function())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return outcome[0]


def abandoned_mutex(start, name, **options):
    """A mutex whose owner was killed."""
    peer = start("c")
    mutex = rtss.Mutex(name, **options)
    assert peer.ask("mutex", name, "free") == "existed"
    assert peer.ask("wait", name, -1) == "taken"
    peer.kill()
    return mutex


def test_the_second_to_create_is_told_that_it_existed(peer, name):
    assert rtss.Mutex(name).created
    # Nothing referred to that object: its handle is closed and the name is free again.
    assert peer.ask("mutex", name, "owned") == "new"
    mutex = rtss.Mutex(name, owned=True)
    assert not mutex.created and not mutex.owned
    assert mutex.owner == (peer.process.pid, mutex.owner[1])


def test_what_a_peer_owns_is_not_taken_until_it_releases(peer, name):
    assert peer.ask("mutex", name, "owned") == "new"
    mutex = rtss.Mutex.open(name)
    assert not mutex.acquire(0)
    assert not mutex.acquire(0.02)
    assert peer.ask("release", name) == "ok"
    assert mutex.acquire(0) and mutex.owned
    assert peer.ask("wait", name, 0) == "timeout"
    mutex.release()


def test_a_release_hands_over_to_the_peer_that_waits(peer, name):
    with rtss.Mutex(name) as mutex:
        assert peer.ask("mutex", name, "free") == "existed"
        peer.tell("wait", name, -1)
        until_waiting(name)
    assert peer.answer() == "taken"
    assert not mutex.acquire(0)


def test_the_same_text_is_the_same_object(peer):
    name = "Förderband / 1::Löschen 𝄞"
    with rtss.Mutex(name):
        assert peer.ask("mutex", name, "free") == "existed"
        assert peer.ask("wait", name, 0) == "timeout"


@pytest.mark.parametrize("owner", COMMANDS)
@pytest.mark.parametrize("waiter", COMMANDS)
def test_the_waiter_learns_that_the_owner_was_killed(start, name, owner, waiter):
    dies, lives = start(owner), start(waiter)
    assert dies.ask("mutex", name, "owned") == "new"
    assert lives.ask("mutex", name, "free") == "existed"
    lives.tell("wait", name, -1)
    until_waiting(name)
    dies.kill()
    assert lives.answer() == "abandoned"
    assert lives.ask("release", name) == "ok"
    assert lives.ask("wait", name, 0) == "taken"


def test_an_abandoned_mutex_is_owned_when_the_error_is_raised(start, name):
    mutex = abandoned_mutex(start, name)
    with pytest.raises(rtss.AbandonedError) as raised:
        mutex.acquire()
    assert raised.value.mutexes == (mutex,)
    assert mutex.owned


def test_the_error_is_raised_again_until_the_matter_is_settled(start, name):
    mutex = abandoned_mutex(start, name)
    for _ in range(3):
        with pytest.raises(rtss.AbandonedError):
            with mutex:
                pytest.fail("the block was entered")
    for wait in (rtss.wait_any, rtss.wait_all):
        with pytest.raises(rtss.AbandonedError):
            wait([mutex], 0)
    mutex.consistent()
    with mutex:
        pass
    mutex.release()
    with pytest.raises(rtss.NotOwnerError):
        mutex.release()
    with pytest.raises(rtss.NotOwnerError):
        mutex.consistent()


def test_releasing_settles_the_matter_too(start, name):
    mutex = abandoned_mutex(start, name)
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire()
    mutex.release()
    with mutex:
        assert mutex.owned


def test_the_doubt_concerns_only_the_thread_that_took_it(start, name):
    mutex = abandoned_mutex(start, name)

    def take_and_end():
        with pytest.raises(rtss.AbandonedError):
            mutex.acquire()

    assert in_thread(take_and_end) is None
    # That thread ended without a word: abandoned once more.
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire()
    mutex.release()


def test_another_thread_does_not_settle_the_matter(start, name):
    mutex = abandoned_mutex(start, name)
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire()
    assert isinstance(in_thread(mutex.release), rtss.NotOwnerError)
    assert isinstance(in_thread(mutex.consistent), rtss.NotOwnerError)
    assert not in_thread(lambda: mutex.acquire(0))
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire()
    mutex.release()


def test_a_hook_repairs_and_the_block_is_entered(start, name):
    repaired = []
    mutex = abandoned_mutex(start, name, on_abandoned=lambda it: repaired.append(it.owned))
    with mutex:
        assert repaired == [True]
    with mutex:
        pass
    assert repaired == [True]


def test_a_hook_that_raises_leaves_the_matter_open(start, name):
    def refuse(mutex):
        raise KeyError("beyond repair")

    mutex = abandoned_mutex(start, name, on_abandoned=refuse)
    with pytest.raises(KeyError):
        mutex.acquire()
    assert mutex.owned
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire()
    mutex.release()


def test_a_mutex_is_recursive(name):
    mutex = rtss.Mutex(name)
    with mutex, mutex:
        pass
    assert mutex.owner is None


def test_only_the_owner_releases(name):
    with rtss.Mutex(name) as mutex:
        assert isinstance(in_thread(mutex.release), rtss.NotOwnerError)
        assert not in_thread(lambda: mutex.acquire(0))
    with pytest.raises(rtss.NotOwnerError, match=f'release mutex "{name}": the calling thread does not own it'):
        mutex.release()


def test_an_owned_mutex_is_not_closed(name):
    mutex = rtss.Mutex(name, owned=True)
    with pytest.raises(RuntimeError, match="release it before closing it"):
        mutex.close()
    mutex.release()
    mutex.close()
    mutex.close()
    with pytest.raises(ValueError, match="closed"):
        mutex.acquire()


def test_an_owned_mutex_outlives_its_variable(start, name):
    rtss.Mutex(name, owned=True)
    mutex = rtss.Mutex(name)
    cycle = [mutex]
    cycle.append(cycle)
    del mutex, cycle
    gc.collect()
    peer = start("c")
    assert peer.ask("mutex", name, "free") == "existed"
    assert peer.ask("wait", name, 0) == "timeout"


def test_an_unnamed_mutex_is_this_process_own():
    first, second = rtss.Mutex(), rtss.Mutex()
    with first:
        assert in_thread(lambda: second.acquire(0))
        assert not in_thread(lambda: first.acquire(0))


def test_open_says_that_there_is_nothing(name):
    with pytest.raises(rtss.NotFoundError, match=f'open mutex "{name}": nothing has this name'):
        rtss.Mutex.open(name)


def test_a_name_of_another_kind_is_refused(name):
    event = rtss.Event(name, manual_reset=True)
    with pytest.raises(rtss.Error, match="another kind of object") as raised:
        rtss.Mutex(name)
    assert raised.value.code == 6
    event.close()


@pytest.mark.parametrize("bad", ["", "a\0b"])
def test_what_is_no_name_is_refused(bad):
    with pytest.raises(ValueError, match="is no name"):
        rtss.Mutex(bad)


def test_names_the_library_refuses():
    with pytest.raises(rtss.Error, match="backslash"):
        rtss.Mutex("a\\b")
    with pytest.raises(rtss.Error, match="259 bytes"):
        rtss.Mutex("x" * 260)
    with pytest.raises(TypeError):
        rtss.Mutex(7)


def test_counting_under_a_mutex_loses_nothing(start, name):
    """Three languages and this process increase a number that nothing else protects."""
    rounds = 200
    mutex = rtss.Mutex(name)
    memory = rtss.SharedMemory(f"{name} number", size=16)
    memory.buf[0:4] = b"0000"

    def round_of(peer):
        peer.ask("wait", name, -1)
        number = int(peer.ask("read", memory.name, 0, 4))
        peer.ask("write", memory.name, 0, f"{number + 1:04}")
        peer.ask("release", name)

    def work(language):
        peer = start(language)
        peer.ask("mutex", name, "free")
        peer.ask("memory", memory.name, 16)
        for _ in range(rounds):
            round_of(peer)

    languages = [language for language in COMMANDS if language != "csharp"]
    threads = [threading.Thread(target=work, args=(language,)) for language in languages]
    for thread in threads:
        thread.start()
    for _ in range(rounds):
        with mutex:
            memory.buf[0:4] = f"{int(bytes(memory.buf[0:4])) + 1:04}".encode()
    for thread in threads:
        thread.join()
    assert int(bytes(memory.buf[0:4])) == rounds * (len(languages) + 1)
    memory.close()


def test_a_handle_does_not_travel_by_pickle(name):
    import pickle

    with pytest.raises(TypeError, match="pass the name"):
        pickle.dumps(rtss.Mutex(name))


def test_the_process_id_of_the_owner_is_told(name):
    mutex = rtss.Mutex(name, owned=True)
    assert mutex.owner == (os.getpid(), threading.get_native_id())
    mutex.release()
