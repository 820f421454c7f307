/** @file
 * The RTX real-time API on Linux: mutexes, events, semaphores and memory that threads and processes share by name;
 * threads, processes, timers and clocks.
 *
 * Conventions. Each function's comment states what it adds to them.
 *
 *  1. Handles. A create or open call returns a handle: a number from 4 to 2^31 - 4, a multiple of four, whose two low
 *     bits are ignored. It survives a cast through DWORD. It is valid in the process that got it and nowhere else:
 *     not in another that reads it from shared memory, not in a child after fork. NULL, a closed handle, a number
 *     never issued and a handle to the wrong kind of object make a call fail with ERROR_INVALID_HANDLE; no value makes
 *     it crash. Every handle to an object is as good as any other, and each is closed once with RtCloseHandle. A
 *     process that ends, however it ends, closes what it left open. -2 is the calling thread (RtGetCurrentThread),
 *     -1 the calling process (RtGetCurrentProcess).
 *
 *  2. Objects. Mutexes, events, semaphores and shared memory share one set of names: a name in use by one kind cannot
 *     be used for another. The environment variable RTSS_NAMESPACE, read at a process's first call, chooses among
 *     namespaces that know nothing of each other. A namespace belongs to its user. An object lives as long as a handle
 *     to it is open somewhere, or it is pinned (RtssPin).
 *
 *  3. Strings. A name is case-sensitive, up to 259 bytes of UTF-8, and may hold any character except the backslash; the
 *     prefixes "Global\" and "Local\" are accepted and dropped. The A call takes UTF-8, the W call the compiler's
 *     wchar_t as UTF-16 or UTF-32, whichever fits its size; the plain name is one or the other by UNICODE. The same
 *     text is the same object by either call. Text that is not valid UTF-8, -16 or -32 is ERROR_INVALID_NAME. Other
 *     languages find both wide forms in the library: Rt...W takes 16-bit units, Rt...W32 takes 32-bit units.
 *
 *  4. Units. dwMilliseconds is in milliseconds and INFINITE means never; the Ex calls take units of 100 ns. Time is
 *     CLOCK_MONOTONIC: setting the wall clock does not disturb a wait. A wait never ends before its time-out.
 *
 *  5. Errors. A failing call returns NULL, FALSE or WAIT_FAILED, changes nothing else, and leaves a Win32 code for
 *     RtGetLastError. Creating or opening stores 0 on success, or ERROR_ALREADY_EXISTS when a create found the object;
 *     other calls that succeed, and waits that time out, leave the last error alone. Every call that reaches the
 *     namespace may also fail because it cannot be used: ERROR_ACCESS_DENIED (another user's), ERROR_NOT_ENOUGH_MEMORY
 *     (/dev/shm is full), ERROR_NO_SYSTEM_RESOURCES (its tables are full), ERROR_REVISION_MISMATCH (another version's,
 *     or from another boot or container) and ERROR_FILE_CORRUPT; a line on stderr says what a code cannot.
 *     Access rights, security attributes and inheritance flags are ignored, whatever their value.
 *
 *  6. Threads and processes. Every call may be made from any thread at any time, static constructors and destructors
 *     included. A mutex belongs to the thread that took it. When that thread ends, in whatever way, or its process is
 *     killed, its mutexes are abandoned: the next thread to take one gets it with WAIT_ABANDONED. After fork the
 *     child is a process of its own that owns nothing and has no handles; its first create or open attaches it afresh.
 *     exec ends a process's part in the namespace.
 *
 *  7. Real-time safety. After a thread's first call, the calls on handles (wait, release, set, reset) allocate nothing
 *     and enter the kernel only to sleep, to wake another thread, or to settle a level. The library's own locks are
 *     held for a bounded number of steps and inherit priority. Create, open and close are for the start and the end of
 *     a program. No call may be made from a signal handler, except RtGetLastError, RtSetLastError and
 *     RtGetCurrentThread.
 */
#ifndef RTSS_RTAPI_H
#define RTSS_RTAPI_H

#include <rtapi/bus.h>
#include <rtapi/clock.h>
#include <rtapi/console.h>
#include <rtapi/error.h>
#include <rtapi/event.h>
#include <rtapi/handle.h>
#include <rtapi/hardware.h>
#include <rtapi/memory.h>
#include <rtapi/mutex.h>
#include <rtapi/process.h>
#include <rtapi/semaphore.h>
#include <rtapi/shared_memory.h>
#include <rtapi/shutdown.h>
#include <rtapi/thread.h>
#include <rtapi/timer.h>
#include <rtapi/types.h>
#include <rtapi/wait.h>

#endif
