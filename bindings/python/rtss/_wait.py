"""Waiting, so that a signal's Python handler runs at once and nothing that was taken is ever lost.

Python runs signal handlers between its own instructions, in the main thread only. A wait of the main thread would
therefore keep Ctrl-C waiting too. Ending it every few milliseconds to look would give up its place in the queue each
time, and under steady contention it might never be served. So the main thread waits on one thing more: an event that
a helper thread sets when the interpreter's own signal handler writes to the wake-up descriptor. Between two signals
the wait stands in the queue undisturbed. Wait-all cannot be ended by one more object, nor can 64 objects become 65;
these two are the only ones that wait in slices. Other threads run no handlers and wait undisturbed.

The second half: a handler may raise (KeyboardInterrupt does) after the library has granted a mutex and before Python
has stored the result. Each wait notes its result from within the foreign call, where no handler runs; when an
exception passes, what the note says was taken is given back.
"""

from __future__ import annotations

import ctypes
import math
import os
import select
import signal
import threading
import time
from typing import Callable, Optional, Sequence

from rtss import _library
from rtss._library import MAXIMUM_WAIT_OBJECTS, WAIT_ABANDONED_0, WAIT_FAILED, WAIT_OBJECT_0, WAIT_TIMEOUT

_FOREVER = 2**64 - 1  # units of 100 ns
_LONGEST = 2**62
_SLICE = 500_000  # 50 ms


class _PerThread(threading.local):
    """The wait call of one thread, which appends each result to a list of that thread's: list.append is C code, so
    nothing of Python runs between the return of the library's function and the note."""

    def __init__(self) -> None:
        self.results: list[int] = []
        self.wait = _library.library["RtWaitForMultipleObjectsEx"]
        self.wait.argtypes = _library.WAIT_ARGUMENTS
        self.wait.restype = self.results.append


class _Interrupts:
    """The event that a signal sets while the main thread waits."""

    def __init__(self) -> None:
        self._handle: Optional[int] = None
        self._reader = self._writer = -1
        self._emptied = threading.Lock()  # free: the helper may look at the pipe again
        self._previous: list[int] = []  # the program's own wake-up descriptor, while ours stands in its place

    def handle(self) -> int:
        if self._handle is None:
            handle, code = _library.call(_library.create_event, None, 0, 0, None)
            if not handle:
                raise _library.error_for("rtss: event for signals", code)
            self._reader, self._writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
            arguments = (self._reader, handle, self._emptied)
            threading.Thread(target=self._watch, args=arguments, name="rtss-signals", daemon=True).start()
            self._handle = handle
        return self._handle

    @staticmethod
    def _watch(reader: int, handle: int, emptied: threading.Lock) -> None:
        poll = select.poll()
        poll.register(reader, select.POLLIN)
        while True:
            poll.poll()
            _library.set_event(handle)
            emptied.acquire()

    def arm(self) -> None:
        # list.extend over map is C code: no handler runs between the exchange and the note of what was there.
        self._previous.extend(map(signal.set_wakeup_fd, (self._writer,)))
        self._pass_on()  # what an exception kept disarm from doing

    def disarm(self) -> None:
        if self._previous:
            signal.set_wakeup_fd(self._previous[0])
            self._pass_on()
            self._previous.clear()

    def _pass_on(self) -> None:
        """Empties the pipe into the program's own wake-up descriptor: asyncio, for one, relies on it."""
        try:
            data = os.read(self._reader, 4096)
            os.write(self._previous[0], data)
        except OSError:
            pass  # nothing to pass on, or no reader, as it would be without us
        if self._emptied.locked():
            self._emptied.release()

    def abandon(self) -> None:
        """In a forked child: the helper thread, the handle and what is in the pipe are the parent's."""
        if self._previous:
            signal.set_wakeup_fd(self._previous[0])
        for descriptor in (self._reader, self._writer):
            if descriptor >= 0:
                os.close(descriptor)


_per_thread = _PerThread()
_interrupts = _Interrupts()


def _after_fork() -> None:
    global _interrupts
    _interrupts.abandon()
    _interrupts = _Interrupts()


os.register_at_fork(after_in_child=_after_fork)


def units_of(timeout: Optional[float]) -> int:
    """Seconds as units of 100 ns, rounded up: a wait never ends before its time-out."""
    if timeout is None:
        return _FOREVER
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout: seconds as a number, or None for no limit, not {timeout!r}")
    if math.isnan(timeout) or timeout < 0:
        raise ValueError(f"timeout: seconds, 0 or more, or None for no limit, not {timeout!r}")
    return _FOREVER if timeout * 1e7 >= _LONGEST else math.ceil(timeout * 1e7)


def _once(what: str, handles: Sequence[int], wait_all: bool, units: int) -> int:
    """One call of the library; its result is also the last of the thread's notes."""
    count = len(handles)
    array = (ctypes.c_void_p * count)(*handles)
    _, code = _library.call(_per_thread.wait, count, array, wait_all, ctypes.byref(ctypes.c_uint64(units)))
    result = _per_thread.results[-1]
    if result == WAIT_FAILED:
        raise _library.error_for(what, code)
    return result


def _by_event(what: str, handles: Sequence[int], units: int) -> int:
    extended = [*handles, _interrupts.handle()]
    left = _Remaining(units)
    while True:
        try:
            _interrupts.arm()
            result = _once(what, extended, False, left.units())
        finally:
            _interrupts.disarm()
        if result != WAIT_OBJECT_0 + len(handles):
            return result


def _in_slices(what: str, handles: Sequence[int], wait_all: bool, units: int) -> int:
    left = _Remaining(units)
    while True:
        now = left.units()
        result = _once(what, handles, wait_all, min(now, _SLICE))
        if result != WAIT_TIMEOUT or now <= _SLICE:
            return result


class _Remaining:
    """What is left of a time-out."""

    def __init__(self, units: int) -> None:
        self._deadline = None if units == _FOREVER else time.monotonic_ns() + units * 100

    def units(self) -> int:
        if self._deadline is None:
            return _FOREVER
        return max(0, -((time.monotonic_ns() - self._deadline) // 100))


def _until(what: str, handles: Sequence[int], wait_all: bool, units: int) -> int:
    result = _once(what, handles, wait_all, 0)
    if result != WAIT_TIMEOUT or units == 0:
        return result
    if threading.current_thread() is not threading.main_thread():
        return _once(what, handles, wait_all, units)
    if wait_all or len(handles) == MAXIMUM_WAIT_OBJECTS:
        return _in_slices(what, handles, wait_all, units)
    return _by_event(what, handles, units)


def wait(
    what: str,
    handles: Sequence[int],
    wait_all: bool,
    timeout: Optional[float],
    give_back: Callable[[int, bool], None],
) -> Optional[tuple[int, bool]]:
    """Waits; returns the index that was taken (0 for wait-all) and whether it was abandoned, or None when the time was
    up. When an exception passes instead, which only a signal handler raises, give_back(index, abandoned) undoes it.
    """
    if not 1 <= len(handles) <= MAXIMUM_WAIT_OBJECTS:
        raise ValueError(f"{what}: 1 to {MAXIMUM_WAIT_OBJECTS} objects, not {len(handles)}")
    units = units_of(timeout)
    results = _per_thread.results
    mark = len(results)
    try:
        result = _until(what, handles, wait_all, units)
        if result == WAIT_TIMEOUT:
            return None
        return result & ~WAIT_ABANDONED_0, result >= WAIT_ABANDONED_0
    except BaseException:
        for result in results[mark:]:
            abandoned = result >= WAIT_ABANDONED_0
            index = result - WAIT_ABANDONED_0 if abandoned else result
            if 0 <= index < len(handles):
                give_back(index, abandoned)
        raise
    finally:
        del results[mark:]
