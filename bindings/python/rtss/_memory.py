"""Shared memory."""

from __future__ import annotations

import ctypes
import weakref
from typing import Any, Optional

from rtss import _library
from rtss._objects import _encoded, _int32, _Object


class SharedMemory(_Object):
    """Named memory that processes share; zero-filled when it is new. ``with memory:`` closes it at the end.

    ``buf`` is a writable memoryview of exactly ``size`` bytes. An object that existed keeps its contents and its size:
    look at ``created`` and ``size``.
    """

    _kind = "shared memory"

    def __init__(self, name: Optional[str] = None, *, size: int) -> None:
        encoded = _encoded(self._kind, name)
        _int32(f"{self._kind}: size", size, 1)
        address = ctypes.c_void_p()
        arguments = (0, 0, size, encoded, ctypes.byref(address))
        self._adopt(name, "create", *_library.call(_library.create_memory, *arguments))
        self._map(address)

    @classmethod
    def open(cls, name: str) -> SharedMemory:
        """Opens an object that exists; ``NotFoundError`` if it does not."""
        self = cls.__new__(cls)
        address = ctypes.c_void_p()
        arguments = (0, 0, _encoded(cls._kind, name), ctypes.byref(address))
        self._adopt(name, "open", *_library.call(_library.open_memory, *arguments))
        self._map(address)
        return self

    @property
    def buf(self) -> memoryview:
        self._handle  # refuses a closed one
        return self._view

    @property
    def size(self) -> int:
        return self.buf.nbytes

    def close(self) -> None:
        """Closes the handle and unmaps the memory. ``BufferError``, and nothing changed, while something else still
        refers to the memory: a slice of ``buf``, an array made from it."""
        if self.closed:
            return
        self._view.release()
        probe = weakref.ref(self._array)
        del self._array
        remaining = probe()
        if remaining is not None:
            self._show(remaining)
            raise BufferError(f"{self}: cannot close, something still refers to its memory")

    def _map(self, address: ctypes.c_void_p) -> None:
        info = _library.MemoryInfo()
        _library.checked(f"query {self}", _library.query_memory, self._handle, ctypes.byref(info))
        assert address.value is not None
        self._show((ctypes.c_ubyte * info.size).from_address(address.value))
        # Every view keeps the array alive, and the array the mapping: a view never outlives what it shows.
        self._finalizer.detach()
        self._keep_with(self._array)

    def _show(self, array: Any) -> None:
        self._array = array
        self._view = memoryview(array).cast("B")

    def __enter__(self) -> SharedMemory:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
