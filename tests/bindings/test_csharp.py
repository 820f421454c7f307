"""What a C# program sees beyond what the peers' common language says: the exceptions, and the READMEs' programs."""

import pytest
import rtss


@pytest.fixture
def csharp(start):
    return start("csharp")


def test_releasing_what_one_does_not_own(csharp, name):
    assert csharp.ask("mutex", name, "free") == "new"
    assert csharp.ask("release", name) == "error ApplicationException"


def test_ownership_belongs_to_the_thread(csharp, name):
    assert csharp.ask("mutex", name, "owned") == "new"
    assert csharp.ask("thread-releases", name) == "error ApplicationException"
    assert csharp.ask("release", name) == "ok"


def test_a_name_of_another_kind(csharp, name):
    rtss_event = rtss.Event(name, manual_reset=True)
    assert csharp.ask("mutex", name, "free") == "error WaitHandleCannotBeOpenedException"
    rtss_event.close()


@pytest.mark.parametrize("bad", ["a\\b", "x" * 260])
def test_a_name_that_is_none(csharp, bad):
    assert csharp.ask("mutex", bad, "free") == "error ArgumentException"


def test_counts(csharp, name):
    assert csharp.ask("semaphore", name, -1, 1) == "error ArgumentOutOfRangeException"
    assert csharp.ask("semaphore", name, 2, 1) == "error ArgumentException"
    assert csharp.ask("semaphore", name, 1, 1) == "new"
    assert csharp.ask("release", name, 1) == "error SemaphoreFullException"


def test_memory_is_read_and_written_within_its_bounds(csharp, name):
    assert csharp.ask("memory", name, 10) == "new"
    assert csharp.ask("write", name, 8, "abc") == "error ArgumentOutOfRangeException"
    assert csharp.ask("read", name, -1, 2) == "error ArgumentOutOfRangeException"
    assert csharp.ask("write", name, 7, "abc") == "ok"


def test_a_time_out_below_minus_one(csharp, name):
    assert csharp.ask("mutex", name, "free") == "new"
    assert csharp.ask("wait", name, -2) == "error ArgumentOutOfRangeException"


def test_disposing_closes_the_handle(csharp, name):
    assert csharp.ask("mutex", name, "free") == "new"
    assert csharp.ask("close", name) == "ok"
    with pytest.raises(rtss.NotFoundError):
        rtss.Mutex.open(name)
