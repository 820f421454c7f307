"""Fork, kill, several Python processes, the instance idiom, a library that is not there."""

import os
import signal
import subprocess
import sys

import pytest
import rtss
from conftest import until_waiting


def in_fork(function):
    """What the function returns in a forked child, as text."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            text = str(function())
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"
        os.write(writer, text.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


def test_an_object_from_before_a_fork_is_refused_in_the_child(name):
    mutex = rtss.Mutex(name, owned=True)
    assert "open it again after fork" in in_fork(lambda: mutex.release())
    assert "open it again after fork" in in_fork(lambda: mutex.acquire(0))
    assert in_fork(mutex.close) == "None"
    assert mutex.owned
    mutex.release()


def test_memory_from_before_a_fork_is_closed_harmlessly_in_the_child(name):
    with rtss.SharedMemory(name, size=8) as memory:

        def use_and_close():
            with pytest.raises(RuntimeError):
                memory.size
            memory.close()
            return "closed"

        assert in_fork(use_and_close) == "closed"
        memory.buf[0] = 1


def test_a_forked_child_opens_its_own(name):
    with rtss.Mutex(name):
        assert in_fork(lambda: rtss.Mutex.open(name).acquire(0.01)) == "False"
    assert in_fork(lambda: rtss.Mutex(name).acquire(0)) == "True"


def test_a_forked_child_is_interrupted_in_its_wait(name):
    assert not rtss.Event(manual_reset=True).wait(0.001)  # the parent has its helper thread already
    with rtss.Mutex(name):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                rtss.Mutex.open(name).acquire()
            except KeyboardInterrupt:
                os.write(writer, b"interrupted")
            os._exit(0)
        os.close(writer)
        until_waiting(name)
        os.kill(child, signal.SIGINT)
        assert os.read(reader, 99) == b"interrupted"
        os.waitpid(child, 0)
        os.close(reader)


def test_only_one_of_many_instances_is_the_first(script, name):
    text = (
        "import sys, rtss\n"
        "lock = rtss.Mutex(sys.argv[1], owned=True)\n"
        "print(lock.created, flush=True)\n"
        "sys.stdin.read()"
    )
    instances = [script(text, name) for _ in range(6)]
    assert sorted(instance.stdout.readline() for instance in instances) == ["False\n"] * 5 + ["True\n"]


def test_a_killed_script_leaves_its_mutex_to_the_next(script, name):
    mutex = rtss.Mutex(name)
    process = script(
        "import sys, rtss\nwith rtss.Mutex(sys.argv[1]): print('mine', flush=True); sys.stdin.read()", name
    )
    assert process.stdout.readline() == "mine\n"
    assert not mutex.acquire(0)
    process.kill()
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire()
    mutex.release()


def test_a_script_that_ends_says_nothing_and_leaves_nothing(script, name):
    text = (
        "import sys, rtss\n"
        "m = rtss.Mutex(sys.argv[1], owned=True); e = rtss.Event(sys.argv[1] + ' e', manual_reset=True)\n"
        "e.wait(0.001); s = rtss.SharedMemory(sys.argv[1] + ' s', size=9); part = s.buf[1:]; m.release()"
    )
    process = script(text, name)
    output, errors = process.communicate()
    assert (process.returncode, output, errors) == (0, "", "")
    for kind, suffix in ((rtss.Mutex, ""), (rtss.Event, " e"), (rtss.SharedMemory, " s")):
        with pytest.raises(rtss.NotFoundError):
            kind.open(name + suffix)


def test_a_missing_library_is_named_with_the_remedy():
    environment = dict(os.environ, LD_LIBRARY_PATH="/nonexistent")
    done = subprocess.run([sys.executable, "-c", "import rtss"], env=environment, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        pytest.skip("librtapi is installed in the system")
    assert "ImportError: rtss: cannot load librtapi.so.0" in done.stderr and "LD_LIBRARY_PATH" in done.stderr
