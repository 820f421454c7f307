"""Named mutexes, events, semaphores and memory that this program shares with C programs, scripts and other processes.

They are the objects of librtapi: the same names, the same namespace (environment variable RTSS_NAMESPACE), the same
rules. Time-outs are in seconds; None means no limit, 0 does not wait.
"""

from rtss._library import Error, NotFoundError, NotOwnerError
from rtss._memory import SharedMemory
from rtss._objects import AbandonedError, Event, Mutex, Semaphore, Waitable, wait_all, wait_any

__version__ = "0.1.0"

__all__ = [
    "AbandonedError",
    "Error",
    "Event",
    "Mutex",
    "NotFoundError",
    "NotOwnerError",
    "Semaphore",
    "SharedMemory",
    "Waitable",
    "__version__",
    "wait_all",
    "wait_any",
]
