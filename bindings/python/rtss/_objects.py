"""The objects: a thin class for each kind, around one handle."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from typing import Any, Callable, NoReturn, Optional, Sequence, TypeVar, Union

from rtss import _library, _wait

_forks = 0  # a handle is valid in the process that got it and nowhere else


def _count_fork() -> None:
    global _forks
    _forks += 1


os.register_at_fork(after_in_child=_count_fork)

_Self = TypeVar("_Self", bound="_Object")


def _encoded(kind: str, name: Optional[str]) -> Optional[bytes]:
    if name is None:
        return None
    if not isinstance(name, str):
        raise TypeError(f"{kind}: the name is a str, or None for an unnamed {kind}, not {name!r}")
    if not name or "\0" in name:
        raise ValueError(f"{kind}: {name!r} is no name; pass None for an unnamed {kind}")
    return name.encode()


def _int32(what: str, value: int, lowest: int) -> int:
    if not lowest <= value <= 2**31 - 1:
        raise ValueError(f"{what}: {lowest} to 2147483647, not {value!r}")
    return value


class AbandonedError(Exception):
    """A wait took a mutex whose last owner ended while owning it: what it protects may be half changed.

    The calling thread owns the mutex now. Releasing it here and then raising would hide the damage from the others, so
    it stays owned, and each further acquire by this thread raises again, until ``consistent()`` or ``release()`` says
    that the matter is settled. A program that ends instead leaves the mutex abandoned for the next owner.

    ``mutexes`` are those that may be meant: one, or after ``wait_all`` every mutex that it took. ``index`` is the index
    in the list that was waited for (0 after ``wait_all``).
    """

    def __init__(self, mutexes: Sequence[Mutex], index: int = 0) -> None:
        names = ", ".join(str(mutex) for mutex in mutexes)
        super().__init__(
            f"{names}: taken, but its last owner ended while owning it; check what it protects, "
            "then call consistent() or release()"
        )
        self.mutexes = tuple(mutexes)
        self.index = index


class _Object:
    """A handle to an object of the namespace. It is closed by ``close``, or when nothing refers to it any more."""

    _kind = "object"
    name: Optional[str]
    created: bool  #: this call made the object; False: it existed

    def _adopt(self, name: Optional[str], verb: str, handle: Any, code: int) -> None:
        self.name = name
        self._forks = _forks
        if not handle:
            raise _library.error_for(f"{verb} {self}", code)
        self.created = verb == "create" and code != _library.ERROR_ALREADY_EXISTS
        self._raw: int = handle
        self._keep_with(self)

    def _keep_with(self, keeper: Any) -> None:
        """The handle is closed when nothing refers to keeper any more."""
        self._finalizer = weakref.finalize(keeper, type(self)._drop, self._raw, self._forks)
        self._finalizer.atexit = False  # the library closes what a process leaves open

    @staticmethod
    def _drop(handle: int, forks: int) -> None:
        if forks == _forks:
            _library.close_handle(handle)

    @property
    def _handle(self) -> int:
        if self._forks != _forks:
            raise RuntimeError(f"{self}: belongs to the parent process; open it again after fork")
        if not self._finalizer.alive:
            raise ValueError(f"{self}: closed")
        return self._raw

    def close(self) -> None:
        """Closes the handle; closing twice is harmless. With the last handle in any process the object's name goes."""
        if self._finalizer.detach() and self._forks == _forks:
            _library.close_handle(self._raw)

    @property
    def closed(self) -> bool:
        return not self._finalizer.alive

    def __str__(self) -> str:
        return f'unnamed {self._kind}' if self.name is None else f'{self._kind} "{self.name}"'

    def __repr__(self) -> str:
        return f"<rtss.{type(self).__name__} {self.name!r}{' closed' if self.closed else ''}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self}: a handle is valid in one process only; pass the name and open it there")


class _Waitable(_Object):
    """What ``wait_any`` and ``wait_all`` take."""

    def _give_back(self, abandoned: bool) -> None:
        """Undoes a wait that a signal handler's exception overtook."""

    def _wait(self, timeout: Optional[float]) -> Optional[tuple[int, bool]]:
        def give_back(index: int, abandoned: bool) -> None:
            self._give_back(abandoned)

        return _wait.wait(f"wait for {self}", (self._handle,), False, timeout, give_back)


class Mutex(_Waitable):
    """A mutex, owned by a thread, recursive, with priority inheritance. ``with mutex:`` acquires and releases it.

    name          shared by all processes of the namespace; None: unnamed, for the threads of this process
    owned         a mutex that this call creates is owned by the calling thread from the start; look at ``created``
    on_abandoned  called with the mutex when it was taken from an owner that ended while owning it, in place of raising
                  ``AbandonedError``. When it returns, what the mutex protects counts as consistent. When it raises, the
                  matter stays open as after ``AbandonedError``.
    """

    _kind = "mutex"

    def __init__(
        self,
        name: Optional[str] = None,
        *,
        owned: bool = False,
        on_abandoned: Optional[Callable[[Mutex], object]] = None,
    ) -> None:
        encoded = _encoded(self._kind, name)
        self._on_abandoned = on_abandoned
        self._doubter = 0
        self._adopt(name, "create", *_library.call(_library.create_mutex, None, owned, encoded))

    @classmethod
    def open(cls, name: str, *, on_abandoned: Optional[Callable[[Mutex], object]] = None) -> Mutex:
        """Opens a mutex that exists; ``NotFoundError`` if it does not."""
        self = cls.__new__(cls)
        self._on_abandoned = on_abandoned
        self._doubter = 0
        self._adopt(name, "open", *_library.call(_library.open_mutex, 0, 0, _encoded(cls._kind, name)))
        return self

    def acquire(self, timeout: Optional[float] = None) -> bool:
        """Takes the mutex: True. False: it was not free within ``timeout`` seconds (None: no limit; 0: do not wait).
        Raises ``AbandonedError`` when its last owner ended while owning it: it is taken all the same."""
        if self._in_doubt():
            raise AbandonedError([self])
        taken = self._wait(timeout)
        if taken is None:
            return False
        if taken[1]:
            _settle([self], 0)
        return True

    def release(self) -> None:
        """Undoes one acquire of the calling thread; ``NotOwnerError`` if it does not own the mutex. The thread that
        waits at the highest level, the longest among equals, owns it when this returns."""
        _library.checked(f"release {self}", _library.release_mutex, self._handle)
        self._settled()

    def consistent(self) -> None:
        """Declares what the mutex protects consistent again, after ``AbandonedError``. The calling thread owns it."""
        if not self.owned:
            raise _library.error_for(f"consistent {self}", _library.ERROR_NOT_OWNER)
        self._settled()

    @property
    def owned(self) -> bool:
        """The calling thread owns it."""
        return int(self._state().thread) == threading.get_native_id()

    @property
    def owner(self) -> Optional[tuple[int, int]]:
        """Process and thread id of the owner at this moment, or None."""
        state = self._state()
        return (state.process, state.thread) if state.recursion else None

    def close(self) -> None:
        """Closes the handle. Not while the calling thread owns the mutex: its name would go while it is locked."""
        if self._finalizer.alive and self._forks == _forks and self.owned:
            raise RuntimeError(f"{self}: owned by the calling thread; release it before closing it")
        super().close()

    # The thread that took the mutex abandoned and has not said that the matter is settled; 0: none. Only that thread
    # acts on it. It may have ended since, and another have its number: then the mutex is not owned by that one.
    _doubter: int

    def _in_doubt(self) -> bool:
        if self._doubter == 0 or self._doubter != threading.get_native_id():
            return False
        if not self.owned:
            self._doubter = 0
        return self._doubter != 0

    def _settled(self) -> None:
        if self._doubter == threading.get_native_id():
            self._doubter = 0

    def _state(self) -> Any:
        return _library.query(f"query {self}", _library.query_mutex, self._handle, _library.MutexState())

    def _give_back(self, abandoned: bool) -> None:
        if abandoned:  # what the next owner would not learn, this one must not lose
            self._doubter = threading.get_native_id()
        else:
            _library.release_mutex(self._raw)

    def __enter__(self: Mutex) -> Mutex:
        self.acquire()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()

    @staticmethod
    def _drop(handle: int, forks: int) -> None:
        # A mutex that nothing refers to and that is owned stays open, and so keeps its name, as long as the process:
        # an instance lock must not vanish because its variable did.
        state = _library.MutexState()
        state.size = ctypes.sizeof(state)
        if forks == _forks and _library.query_mutex(handle, ctypes.byref(state)) and state.process != os.getpid():
            _library.close_handle(handle)


class Event(_Waitable):
    """An event. Manual-reset: set until it is reset. Auto-reset: cleared by the one wait that it satisfies."""

    _kind = "event"

    def __init__(self, name: Optional[str] = None, *, manual_reset: bool, initially_set: bool = False) -> None:
        encoded = _encoded(self._kind, name)
        arguments = (None, manual_reset, initially_set, encoded)
        self._adopt(name, "create", *_library.call(_library.create_event, *arguments))
        self._manual_reset = bool(self._state().manual_reset)

    @classmethod
    def open(cls, name: str) -> Event:
        """Opens an event that exists; ``NotFoundError`` if it does not."""
        self = cls.__new__(cls)
        self._adopt(name, "open", *_library.call(_library.open_event, 0, 0, _encoded(cls._kind, name)))
        self._manual_reset = bool(self._state().manual_reset)
        return self

    def set(self) -> None:
        """Manual-reset: lets every waiter go and stays set. Auto-reset: lets one go, or the next that comes."""
        _library.checked(f"set {self}", _library.set_event, self._handle)

    def reset(self) -> None:
        """Clears the event."""
        _library.checked(f"reset {self}", _library.reset_event, self._handle)

    def pulse(self) -> None:
        """Releases the threads that wait at this moment (auto-reset: one of them) and leaves the event clear."""
        _library.checked(f"pulse {self}", _library.pulse_event, self._handle)

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Waits until the event is set: True. False: it was not within ``timeout`` seconds."""
        return self._wait(timeout) is not None

    def is_set(self) -> bool:
        return bool(self._state().signaled)

    @property
    def manual_reset(self) -> bool:
        """As it was made, which is not what this call asked for when it existed."""
        return self._manual_reset

    def _state(self) -> Any:
        return _library.query(f"query {self}", _library.query_event, self._handle, _library.EventState())

    def _give_back(self, abandoned: bool) -> None:
        if not self._manual_reset:
            _library.set_event(self._raw)


class Semaphore(_Waitable):
    """A count from 0 to a maximum. A wait takes one unit, a release gives units back. ``with semaphore:`` does both."""

    _kind = "semaphore"

    def __init__(self, name: Optional[str] = None, *, initial: int, maximum: int = 2**31 - 1) -> None:
        encoded = _encoded(self._kind, name)
        _int32(f"{self._kind}: maximum", maximum, 1)
        _int32(f"{self._kind}: initial", initial, 0)
        if initial > maximum:
            raise ValueError(f"{self._kind}: initial count {initial} is above the maximum {maximum}")
        arguments = (None, initial, maximum, encoded)
        self._adopt(name, "create", *_library.call(_library.create_semaphore, *arguments))

    @classmethod
    def open(cls, name: str) -> Semaphore:
        """Opens a semaphore that exists; ``NotFoundError`` if it does not."""
        self = cls.__new__(cls)
        self._adopt(name, "open", *_library.call(_library.open_semaphore, 0, 0, _encoded(cls._kind, name)))
        return self

    def acquire(self, timeout: Optional[float] = None) -> bool:
        """Takes one unit: True. False: there was none within ``timeout`` seconds."""
        return self._wait(timeout) is not None

    def release(self, count: int = 1) -> int:
        """Adds units; returns the count before."""
        _int32(f"{self._kind}: units to release", count, 1)
        before = ctypes.c_int32()
        arguments = (self._handle, count, ctypes.byref(before))
        _library.checked(f"release {self}", _library.release_semaphore, *arguments)
        return before.value

    @property
    def count(self) -> int:
        return int(self._state().count)

    @property
    def maximum(self) -> int:
        return int(self._state().maximum)

    def _state(self) -> Any:
        state = _library.SemaphoreState()
        return _library.query(f"query {self}", _library.query_semaphore, self._handle, state)

    def _give_back(self, abandoned: bool) -> None:
        _library.release_semaphore(self._raw, 1, None)

    def __enter__(self: Semaphore) -> Semaphore:
        self.acquire()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()


Waitable = Union[Mutex, Event, Semaphore]


def _settle(mutexes: Sequence[Mutex], index: int) -> None:
    """Some of these mutexes, just taken, were abandoned: their hooks, or the exception."""
    for mutex in mutexes:
        mutex._doubter = threading.get_native_id()
    hooks = [mutex._on_abandoned for mutex in mutexes]
    if None in hooks:
        raise AbandonedError(mutexes, index)
    for mutex, hook in zip(mutexes, hooks):
        assert hook is not None
        hook(mutex)
        mutex._settled()


def _handles(what: str, objects: Sequence[Waitable]) -> list[int]:
    for item in objects:
        if not isinstance(item, (Mutex, Event, Semaphore)):
            raise TypeError(f"{what}: mutexes, events and semaphores, not {item!r}")
    return [item._handle for item in objects]


def _refuse_doubtful(objects: Sequence[Waitable]) -> None:
    for index, item in enumerate(objects):
        if isinstance(item, Mutex) and item._in_doubt():
            raise AbandonedError([item], index)


def wait_any(objects: Sequence[Waitable], timeout: Optional[float] = None) -> Optional[int]:
    """Waits until one of up to 64 objects can be taken, takes it, and returns its index, the lowest if several can.
    None: the time was up. Raises ``AbandonedError`` as ``Mutex.acquire`` does."""
    handles = _handles("wait_any", objects)
    _refuse_doubtful(objects)

    def give_back(index: int, abandoned: bool) -> None:
        objects[index]._give_back(abandoned)

    taken = _wait.wait("wait_any", handles, False, timeout, give_back)
    if taken is None:
        return None
    index, abandoned = taken
    if abandoned:
        _settle([item for item in objects[index : index + 1] if isinstance(item, Mutex)], index)
    return index


def wait_all(objects: Sequence[Waitable], timeout: Optional[float] = None) -> bool:
    """Waits until all of up to 64 objects can be taken at once, and takes them in one step: True. False: the time was
    up, and none was taken. Raises ``AbandonedError`` when a mutex among them was: all of them are taken all the same,
    and each mutex among them is in doubt."""
    handles = _handles("wait_all", objects)
    _refuse_doubtful(objects)

    def give_back(index: int, abandoned: bool) -> None:
        for item in objects:
            item._give_back(abandoned)

    taken = _wait.wait("wait_all", handles, True, timeout, give_back)
    if taken is None:
        return False
    if taken[1]:
        _settle([item for item in objects if isinstance(item, Mutex)], 0)
    return True
