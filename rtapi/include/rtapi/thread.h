/** @file
 * Threads: creating, ending and suspending them, and their levels. RTX has 128 levels, 127 the highest; Linux runs them
 * as SCHED_FIFO, where several share a priority. Waiters are ordered by the level, all 128 distinct.
 *
 * A call that takes a thread handle takes RtGetCurrentThread() or a handle from RtCreateThread. A thread handle is
 * signaled when the thread has ended, in whatever way; any number of threads may wait on it, among other objects too.
 */
#ifndef RTSS_RTAPI_THREAD_H
#define RTSS_RTAPI_THREAD_H

#include <rtapi/types.h>

#define RT_PRIORITY_MIN 0
#define RT_PRIORITY_MAX 127

/** What RtGetThreadPriority returns when it fails. */
#define THREAD_PRIORITY_ERROR_RETURN 0x7FFFFFFF

/** The time quantum of a thread that is not interrupted by others of its level. */
#define INVALID_QUANTUM 0

RTSS_BEGIN_DECLS

/** What a thread runs; its result is the thread's exit code. */
typedef DWORD(RTFCNDCL* PTHREAD_START_ROUTINE)(LPVOID parameter);
typedef PTHREAD_START_ROUTINE LPTHREAD_START_ROUTINE;

/** Creates a thread, which starts at level 0.
 *
 * @param lpThreadAttributes  ignored
 * @param dwStackSize         bytes of stack; 0 is the program's usual size, less than the system's minimum is that
 *                            minimum
 * @param lpStartAddress      what it runs
 * @param lpParameter         handed to it
 * @param dwCreationFlags     0, or CREATE_SUSPENDED: it runs nothing of the program before RtResumeThread. Other flags
 *                            are ignored.
 * @param lpThreadId          receives the thread's Linux thread id; may be NULL
 *
 * @retval non-NULL  a handle to the thread, signaled at its end. Closing it does not end the thread. The last error is
 * 0.
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_INVALID_PARAMETER   lpStartAddress is NULL
 *                   ERROR_NOT_ENOUGH_MEMORY   no thread or no stack to be had
 *                   ERROR_PRIVILEGE_NOT_HELD  Linux refused real-time scheduling and RTSS_REALTIME=require is set
 *                   the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * The thread may use the C library as one made by pthread_create. When it returns, its C++ thread_local objects and
 * pthread keys are destroyed first; then its mutexes are abandoned and its handle is signaled.
 * Blocking: until the new thread has registered itself, not for real-time paths. Allocates: yes. Any thread.
 * Not for signal handlers.
 * Rule: RTX documentation; the codes are Win32's nearest.
 */
HANDLE RtCreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                      LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
                      LPDWORD lpThreadId);

/** Ends the calling thread. Does not return.
 *
 * C++ objects on its stack are destroyed, as by pthread_exit. The main thread, which cannot end before its process,
 * leaves its mutexes abandoned and its handle signaled and waits for the others: the process ends, with the exit code
 * of the last of them, when no thread made by RtCreateThread and no timer is left.
 *
 * @param dwExitCode  exit code of the thread
 *
 * Allocates: no. Any thread. Not for signal handlers.
 * Rule: Win32, which destroys no objects.
 */
VOID RtExitThread(DWORD dwExitCode) __attribute__((noreturn));

/** Ends a thread wherever it is, as soon as it can be ended without harm to others.
 *
 * Nothing of the thread is undone: no destructor runs, what it allocated stays allocated, its stack included, and what
 * it locked with anything but this library stays locked. Its mutexes are abandoned, its wait is withdrawn, and its
 * handle is signaled with dwExitCode. A thread inside a call of this library finishes the part of it that others depend
 * on, or leaves its wait, and ends then; a suspended thread ends at once. It may take a moment: wait on the handle.
 *
 * @param hThread     a thread of this process; RtGetCurrentThread() ends the caller
 * @param dwExitCode  exit code of the thread
 *
 * @retval TRUE   it ends, or had ended already
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not RtGetCurrentThread() and not a handle of this process to a thread
 *
 * A thread that blocks all signals with the means of Linux cannot be reached until it unblocks them.
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: Win32.
 */
BOOL RtTerminateThread(HANDLE hThread, DWORD dwExitCode);

/** Suspends a thread: counts how often, and while the count is above 0 it runs nothing of the program.
 *
 * A thread inside a call of this library stops when it has finished what others depend on; a wait of it goes on and may
 * be satisfied meanwhile. A suspended thread keeps its mutexes and whatever else it has locked.
 *
 * @param hThread  a thread of this process; RtGetCurrentThread() suspends the caller until another thread resumes it
 *
 * @return how often it was suspended before
 * @retval 0xFFFFFFFF  nothing changed; RtGetLastError():
 *                     ERROR_INVALID_HANDLE   not RtGetCurrentThread() and not a handle of this process to a thread
 *                     ERROR_ACCESS_DENIED    the thread has ended
 *                     ERROR_SIGNAL_REFUSED   it is suspended 127 times
 *
 * Does not wait until the thread has stopped: on another processor it may run for the time that a signal takes. A
 * thread that blocks all signals cannot be reached until it unblocks them. Its system calls go on afterwards where the
 * kernel can resume them, as after any signal handler.
 * Blocking: only for the library's own short locks (and the caller, if it suspends itself). Allocates: no. Any thread.
 * Not for signal handlers.
 * Rule: Win32.
 */
DWORD RtSuspendThread(HANDLE hThread);

/** Takes back one RtSuspendThread, or the CREATE_SUSPENDED of a thread or process.
 *
 * @param hThread  a thread of this process, or the thread of a process from RtCreateProcess
 *
 * @return how often it was suspended before; 0 when it was not, which is harmless
 * @retval 0xFFFFFFFF  nothing changed; RtGetLastError():
 *                     ERROR_INVALID_HANDLE  not RtGetCurrentThread() and not a handle of this process to a thread
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: Win32.
 */
DWORD RtResumeThread(HANDLE hThread);

/** Reports the exit code of a thread.
 *
 * @param hThread     a thread of this process
 * @param lpExitCode  receives STILL_ACTIVE (259) until the thread has ended, then its exit code; 0 for a thread that
 *                    ended by pthread_exit, 1 for one that was killed
 *
 * @retval TRUE   *lpExitCode is filled in
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not RtGetCurrentThread() and not a handle of this process to a thread
 *                ERROR_INVALID_PARAMETER  lpExitCode is NULL
 *
 * Blocking: no. Allocates: no. Any thread. Not for signal handlers.
 * Rule: Win32.
 */
BOOL RtGetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode);

/** Returns the pseudo-handle of the calling thread.
 *
 * @return the value -2, which names whichever thread uses it; closing it is neither needed nor possible
 *
 * Cannot fail. Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: Win32.
 */
HANDLE RtGetCurrentThread(VOID);

/** Returns the calling thread's Linux thread id (gettid). Cannot fail. Safe in signal handlers. */
DWORD RtGetCurrentThreadId(VOID);

/** Sets a thread's own level.
 *
 * This is the level the thread has by itself and returns to when a level lent by waiters ends; such a loan goes on.
 * Raising takes effect at once. Lowering is put off while the thread owns a mutex. A thread that waits takes the place
 * in each queue that its new level gives it.
 *
 * @param hThread    a thread of this process
 * @param nPriority  RT_PRIORITY_MIN (0) to RT_PRIORITY_MAX (127)
 *
 * @retval TRUE   set
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE      not RtGetCurrentThread() and not a handle of this process to a thread
 *                ERROR_INVALID_PARAMETER   nPriority is out of range
 *                ERROR_ACCESS_DENIED       the thread has ended
 *                ERROR_PRIVILEGE_NOT_HELD  Linux refused real-time scheduling and RTSS_REALTIME=require is set
 *                the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * Blocking: only for the library's own short locks. Allocates: in a thread's first call only. Any thread.
 * Not for signal handlers.
 * Rule: RTX documentation; the codes are Win32's.
 */
BOOL RtSetThreadPriority(HANDLE hThread, int nPriority);

/** Returns a thread's own level, without what waiters lend it.
 *
 * @param hThread  a thread of this process
 *
 * @return the level last set, 0 to 127; for a thread that never set one, the level that its Linux scheduling stands
 *         for, which is 0 outside SCHED_FIFO and SCHED_RR
 * @retval THREAD_PRIORITY_ERROR_RETURN  RtGetLastError():
 *                ERROR_INVALID_HANDLE  not RtGetCurrentThread() and not a handle of this process to a thread
 *                ERROR_ACCESS_DENIED   the thread has ended
 *                the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * Blocking: only for the library's own short locks. Allocates: in a thread's first call only. Any thread.
 * Not for signal handlers.
 * Rule: RTX documentation for the meaning of the level; the error value is Win32's.
 */
int RtGetThreadPriority(HANDLE hThread);

/** RtSetThreadPriority by the name for the Windows half of a program: there is one kind of thread here. */
BOOL RtSetProxyThreadPriority(HANDLE hThread, int nPriority);
/** RtGetThreadPriority by the name for the Windows half of a program. */
int RtGetProxyThreadPriority(HANDLE hThread);

/** Sets how long a thread runs before others of its priority have their turn.
 *
 * @param hThread         a thread of this process
 * @param dwMilliseconds  0: until it blocks or yields (SCHED_FIFO); otherwise it takes turns with others of its
 *                        priority (SCHED_RR), by the slices of Linux, which are of one length for the whole machine
 *
 * @retval TRUE   set
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE      not RtGetCurrentThread() and not a handle of this process to a thread
 *                ERROR_ACCESS_DENIED       the thread has ended
 *                ERROR_PRIVILEGE_NOT_HELD  Linux refused it
 *
 * A thread under neither policy keeps its own, and takes the quantum on when its level is set.
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation, where the length counts.
 */
BOOL RtSetThreadTimeQuantum(HANDLE hThread, DWORD dwMilliseconds);
/** RtSetThreadTimeQuantum in microseconds. */
BOOL RtSetThreadTimeQuantumEx(HANDLE hThread, ULONG64 Microseconds);

/** Returns what RtSetThreadTimeQuantum set, in milliseconds rounded up; 0 when nothing was set.
 *
 * Fails with 0 and ERROR_INVALID_HANDLE for what is not a thread of this process.
 */
DWORD RtGetThreadTimeQuantum(HANDLE hThread);
/** RtGetThreadTimeQuantum in microseconds. */
ULONG64 RtGetThreadTimeQuantumEx(HANDLE hThread);

/** Reports when a thread began and how long it has run.
 *
 * @param hThread         a thread of this process
 * @param lpCreationTime  receives when it was made (CLOCK_1), to 10 ms
 * @param lpExitTime      receives 0: the end is not recorded
 * @param lpExecuteTime   receives the processor time it has used, in units of 100 ns
 *
 * @retval TRUE   filled in; each pointer may be NULL
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not RtGetCurrentThread() and not a handle of this process to a thread
 *                ERROR_ACCESS_DENIED   the thread has ended
 *
 * Blocking: reads files, not for real-time paths. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX headers.
 */
BOOL RtGetThreadTimes(HANDLE hThread, LPFILETIME lpCreationTime, LPFILETIME lpExitTime, LPFILETIME lpExecuteTime);

/** Sets the processors that a thread may run on.
 *
 * @param hThread               a thread of this process
 * @param dwThreadAffinityMask  bit n is processor n
 *
 * @return the mask before
 * @retval 0  nothing changed; RtGetLastError():
 *            ERROR_INVALID_HANDLE     not RtGetCurrentThread() and not a handle of this process to a thread
 *            ERROR_INVALID_PARAMETER  the mask holds no processor that the process may use
 *            ERROR_ACCESS_DENIED      the thread has ended
 *
 * Blocking: no. Allocates: no. Any thread. Not for signal handlers.
 * Rule: Win32. The thread need not be suspended, and moves at will within its mask.
 */
DWORD_PTR RtSetThreadAffinityMask(HANDLE hThread, DWORD_PTR dwThreadAffinityMask);

/** Makes a thread run on one processor only.
 *
 * @param hThread           a thread of this process
 * @param dwIdealProcessor  number of a processor
 *
 * @return the lowest processor of its mask before
 * @retval 0xFFFFFFFF  nothing changed; RtGetLastError(): as RtSetThreadAffinityMask
 *
 * Rule: RTX documentation, where a thread runs on its ideal processor only.
 */
DWORD RtSetThreadIdealProcessor(HANDLE hThread, DWORD dwIdealProcessor);

/** Returns the number of the processor that the caller runs on. Cannot fail. Safe in signal handlers. */
ULONG RtGetCurrentProcessorNumber(VOID);

/** Sets how long each later wait of the calling thread watches for its end on the processor before it sleeps.
 *
 * A wait that ends while it is watched costs no system call on either side. Only for threads that have a processor to
 * themselves: one that spins keeps threads of lower levels from running, the one it waits for perhaps among them.
 *
 * @param dwNanoseconds  0, the default: sleep at once
 *
 * @retval TRUE  set
 *
 * Blocking: no. Allocates: no. Any thread. Not for signal handlers.
 * Rule: an addition.
 */
BOOL RtssSetSpin(DWORD dwNanoseconds);

RTSS_END_DECLS

#endif
