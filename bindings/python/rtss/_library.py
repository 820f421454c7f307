"""librtapi.so.0 through ctypes: the calls, and their error codes as exceptions."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_char_p, c_int32, c_uint32, c_uint64, c_void_p
from typing import Any

_SONAME = "librtapi.so.0"

try:
    library = ctypes.CDLL(_SONAME)
except OSError as error:
    raise ImportError(
        f"rtss: cannot load {_SONAME} ({error}); install the library (package librtapi0), "
        "or name its directory in LD_LIBRARY_PATH before Python starts"
    ) from None

WAIT_OBJECT_0 = 0
WAIT_ABANDONED_0 = 0x80
WAIT_TIMEOUT = 0x102
WAIT_FAILED = -1  # as a C int
MAXIMUM_WAIT_OBJECTS = 64

ERROR_FILE_NOT_FOUND = 2
ERROR_INVALID_HANDLE = 6
ERROR_ALREADY_EXISTS = 183
ERROR_NOT_OWNER = 288

_CAUSES = {
    ERROR_FILE_NOT_FOUND: "nothing has this name; has its creator started, and in the same RTSS_NAMESPACE?",
    5: "the namespace belongs to another user or cannot be opened; choose one of your own with RTSS_NAMESPACE",
    ERROR_INVALID_HANDLE: "the name belongs to another kind of object; choose another name or the right class",
    8: "memory or /dev/shm is exhausted; remove what is not needed, or enlarge /dev/shm",
    87: "an argument is outside its range",
    123: "not a valid name; it may hold anything but a backslash",
    206: "the name is longer than 259 bytes of UTF-8; shorten it",
    ERROR_NOT_OWNER: "the calling thread does not own it; the thread that took it releases it",
    298: "the count would exceed its maximum; nothing was added",
    587: "the thread has taken it 2147483647 times already",
    1306: "the namespace was made by another version, in another boot or in a container; "
    "end its processes and remove its file, or choose another with RTSS_NAMESPACE",
    1314: "real-time scheduling was required (RTSS_REALTIME) and refused; raise the user's rtprio limit",
    1392: "the namespace's contents contradict themselves; end its processes and remove its file",
    1450: "the namespace's tables are full; close what is not needed, or make a namespace with larger RTSS_LIMITS",
}


class Error(Exception):
    """A call failed and changed nothing. ``code`` is the Win32 error code."""

    def __init__(self, what: str, code: int) -> None:
        super().__init__(f"{what}: {_CAUSES.get(code, 'unexpected failure')} (error {code})")
        self.code = code


class NotFoundError(Error):
    """``open``: nothing has this name."""


class NotOwnerError(Error):
    """``release``: the calling thread does not own the mutex."""


def error_for(what: str, code: int) -> Error:
    """The exception that stands for a code."""
    kinds = {ERROR_FILE_NOT_FOUND: NotFoundError, ERROR_NOT_OWNER: NotOwnerError}
    return kinds.get(code, Error)(what, code)


class MutexState(ctypes.Structure):
    """RTSS_MUTEX_STATE"""

    _fields_ = [
        ("size", c_uint32),
        ("recursion", c_int32),
        ("process", c_uint32),
        ("thread", c_uint32),
        ("abandoned", c_int32),
    ]


class EventState(ctypes.Structure):
    """RTSS_EVENT_STATE"""

    _fields_ = [("size", c_uint32), ("signaled", c_int32), ("manual_reset", c_int32)]


class SemaphoreState(ctypes.Structure):
    """RTSS_SEMAPHORE_STATE"""

    _fields_ = [("size", c_uint32), ("count", c_int32), ("maximum", c_int32)]


class MemoryInfo(ctypes.Structure):
    """SHARED_MEMORY_INFO"""

    _fields_ = [("protect", c_uint32), ("size", c_uint32)]


def _declare(name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(library, name)
    function.restype = result
    function.argtypes = arguments
    return function


_get_last_error = _declare("RtGetLastError", c_uint32)
_set_last_error = _declare("RtSetLastError", None, c_uint32)
create_mutex = _declare("RtCreateMutexA", c_void_p, c_void_p, c_int32, c_char_p)
open_mutex = _declare("RtOpenMutexA", c_void_p, c_uint32, c_int32, c_char_p)
release_mutex = _declare("RtReleaseMutex", c_int32, c_void_p)
query_mutex = _declare("RtssQueryMutex", c_int32, c_void_p, POINTER(MutexState))
create_event = _declare("RtCreateEventA", c_void_p, c_void_p, c_int32, c_int32, c_char_p)
open_event = _declare("RtOpenEventA", c_void_p, c_uint32, c_int32, c_char_p)
set_event = _declare("RtSetEvent", c_int32, c_void_p)
reset_event = _declare("RtResetEvent", c_int32, c_void_p)
pulse_event = _declare("RtPulseEvent", c_int32, c_void_p)
query_event = _declare("RtssQueryEvent", c_int32, c_void_p, POINTER(EventState))
create_semaphore = _declare("RtCreateSemaphoreA", c_void_p, c_void_p, c_int32, c_int32, c_char_p)
open_semaphore = _declare("RtOpenSemaphoreA", c_void_p, c_uint32, c_int32, c_char_p)
release_semaphore = _declare("RtReleaseSemaphore", c_int32, c_void_p, c_int32, POINTER(c_int32))
query_semaphore = _declare("RtssQuerySemaphore", c_int32, c_void_p, POINTER(SemaphoreState))
create_memory = _declare(
    "RtCreateSharedMemoryA", c_void_p, c_uint32, c_uint32, c_uint32, c_char_p, POINTER(c_void_p)
)
open_memory = _declare("RtOpenSharedMemoryA", c_void_p, c_uint32, c_int32, c_char_p, POINTER(c_void_p))
query_memory = _declare("RtQuerySharedMemory", c_int32, c_void_p, POINTER(MemoryInfo))
close_handle = _declare("RtCloseHandle", c_int32, c_void_p)

WAIT_ARGUMENTS = (c_uint32, POINTER(c_void_p), c_int32, POINTER(c_uint64))


def call(function: Any, *arguments: Any) -> tuple[Any, int]:
    """Result and last error of a call. A signal handler or finalizer that runs in between, and calls the library
    itself, puts the code back that it found."""
    before = _get_last_error()
    result = function(*arguments)
    code = _get_last_error()
    _set_last_error(before)
    return result, code


def checked(what: str, function: Any, *arguments: Any) -> None:
    """A call that returns FALSE when it fails."""
    result, code = call(function, *arguments)
    if not result:
        raise error_for(what, code)


def query(what: str, function: Any, handle: int, state: Any) -> Any:
    """Fills in a state structure, whose size member is its first."""
    state.size = ctypes.sizeof(state)
    checked(what, function, handle, byref(state))
    return state
