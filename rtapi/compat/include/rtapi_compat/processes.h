/** @file
 * Processes under their Win32 names, Win32's thread priorities, and calls on handles that RTX has in other forms.
 */
#ifndef RTAPI_COMPAT_PROCESSES_H
#define RTAPI_COMPAT_PROCESSES_H

#include "rtapi_compat/files.h"
#include "rtapi_compat/threads.h"

#define DETACHED_PROCESS 0x00000008u
#define CREATE_NEW_CONSOLE 0x00000010u
#define CREATE_NEW_PROCESS_GROUP 0x00000200u
#define CREATE_NO_WINDOW 0x08000000u
#define BELOW_NORMAL_PRIORITY_CLASS 0x00004000u
#define ABOVE_NORMAL_PRIORITY_CLASS 0x00008000u
#define STARTF_USESHOWWINDOW 1u
#define STARTF_USESTDHANDLES 0x100u
#define SW_HIDE 0
#define SW_SHOW 5
#define DUPLICATE_CLOSE_SOURCE 1u
#define DUPLICATE_SAME_ACCESS 2u

static inline BOOL CreateProcessA(LPCSTR application, LPSTR command_line, LPSECURITY_ATTRIBUTES process,
                                  LPSECURITY_ATTRIBUTES thread, BOOL inherit, DWORD flags, LPVOID environment,
                                  LPCSTR directory, LPSTARTUPINFOA startup, LPPROCESS_INFORMATION information) {
  return RtCreateProcessA(application, command_line, process, thread, inherit, flags, environment, directory, startup,
                          information);
}
static inline BOOL CreateProcessW(LPCWSTR application, LPWSTR command_line, LPSECURITY_ATTRIBUTES process,
                                  LPSECURITY_ATTRIBUTES thread, BOOL inherit, DWORD flags, LPVOID environment,
                                  LPCWSTR directory, LPSTARTUPINFOW startup, LPPROCESS_INFORMATION information) {
  return RtCreateProcessW(application, command_line, process, thread, inherit, flags, environment, directory, startup,
                          information);
}
static inline HANDLE OpenProcess(DWORD access, BOOL inherit, DWORD id) { return RtOpenProcess(access, inherit, id); }
static inline BOOL TerminateProcess(HANDLE hProcess, UINT code) { return RtTerminateProcess(hProcess, code); }
static inline BOOL GetExitCodeProcess(HANDLE hProcess, LPDWORD code) { return RtGetExitCodeProcess(hProcess, code); }
static inline BOOL GetProcessAffinityMask(HANDLE hProcess, PDWORD_PTR process, PDWORD_PTR machine) {
  return RtGetProcessAffinityMask(hProcess, process, machine);
}
static inline BOOL SetProcessAffinityMask(HANDLE hProcess, DWORD_PTR mask) {
  return RtSetProcessAffinityMask(hProcess, mask);
}

#define THREAD_PRIORITY_IDLE (-15)
#define THREAD_PRIORITY_LOWEST (-2)
#define THREAD_PRIORITY_BELOW_NORMAL (-1)
#define THREAD_PRIORITY_NORMAL 0
#define THREAD_PRIORITY_ABOVE_NORMAL 1
#define THREAD_PRIORITY_HIGHEST 2
#define THREAD_PRIORITY_TIME_CRITICAL 15

/* Win32's seven priorities are RTX's levels 0 to 5 and 127, in order; what lies between those two is HIGHEST. */
static inline BOOL SetThreadPriority(HANDLE hThread, int nPriority) {
  if (nPriority >= THREAD_PRIORITY_LOWEST && nPriority <= THREAD_PRIORITY_HIGHEST) {
    return RtSetThreadPriority(hThread, RT_PRIORITY_MIN + 3 + nPriority);
  }
  if (nPriority == THREAD_PRIORITY_IDLE) return RtSetThreadPriority(hThread, RT_PRIORITY_MIN);
  if (nPriority == THREAD_PRIORITY_TIME_CRITICAL) return RtSetThreadPriority(hThread, RT_PRIORITY_MAX);
  SetLastError(ERROR_INVALID_PARAMETER);
  return FALSE;
}
static inline int GetThreadPriority(HANDLE hThread) {
  const int level = RtGetThreadPriority(hThread);
  if (level == THREAD_PRIORITY_ERROR_RETURN) return level;
  if (level == RT_PRIORITY_MIN) return THREAD_PRIORITY_IDLE;
  if (level == RT_PRIORITY_MAX) return THREAD_PRIORITY_TIME_CRITICAL;
  return level < 5 ? level - 3 : THREAD_PRIORITY_HIGHEST;
}
static inline DWORD SetThreadIdealProcessor(HANDLE hThread, DWORD processor) {
  return RtSetThreadIdealProcessor(hThread, processor);
}
static inline BOOL GetThreadTimes(HANDLE hThread, LPFILETIME created, LPFILETIME ended, LPFILETIME kernel,
                                  LPFILETIME user) {
  /* Linux's figure is one for both. */
  if (kernel != NULL) kernel->dwLowDateTime = kernel->dwHighDateTime = 0;
  return RtGetThreadTimes(hThread, created, ended, user);
}

/* Nothing can be queued to a thread, so an alertable wait is a wait. */
static inline DWORD WaitForSingleObjectEx(HANDLE handle, DWORD dwMilliseconds, BOOL alertable) {
  (void)alertable;
  return WaitForSingleObject(handle, dwMilliseconds);
}
static inline DWORD WaitForMultipleObjectsEx(DWORD count, CONST HANDLE* handles, BOOL all, DWORD dwMilliseconds,
                                             BOOL alertable) {
  (void)alertable;
  return WaitForMultipleObjects(count, handles, all, dwMilliseconds);
}
/* Signals, then waits: another thread may run in between, as on Windows. */
static inline DWORD SignalObjectAndWait(HANDLE signal, HANDLE wait, DWORD dwMilliseconds, BOOL alertable) {
  const DWORD before = GetLastError();
  if (!RtSetEvent(signal)) {
    if (GetLastError() != ERROR_INVALID_HANDLE) return WAIT_FAILED;
    if (!RtReleaseMutex(signal)) {
      if (GetLastError() != ERROR_INVALID_HANDLE || !RtReleaseSemaphore(signal, 1, NULL)) return WAIT_FAILED;
    }
    SetLastError(before);
  }
  return WaitForSingleObjectEx(wait, dwMilliseconds, alertable);
}
/* Within the process: handles to files, and pseudo-handles to the process. Another handle to a named object comes from
 * opening it; what has no name is ERROR_NOT_SUPPORTED. */
static inline BOOL DuplicateHandle(HANDLE from_process, HANDLE source, HANDLE to_process, LPHANDLE target, DWORD access,
                                   BOOL inherit, DWORD options) {
  const HANDLE self = GetCurrentProcess();
  (void)access;
  if (target == NULL || from_process != self || to_process != self) {
    SetLastError(target == NULL ? ERROR_INVALID_PARAMETER : ERROR_NOT_SUPPORTED);
    return FALSE;
  }
  if (source == self) return (*target = RtOpenProcess(PROCESS_ALL_ACCESS, inherit, GetCurrentProcessId())) != NULL;
  if (!rtapi_compat_is_file(source)) {
    SetLastError(ERROR_NOT_SUPPORTED);
    return FALSE;
  }
  const int copy = fcntl(rtapi_compat_descriptor(source), F_DUPFD_CLOEXEC, 0);
  if (!rtapi_compat_done(copy < 0)) return FALSE;
  *target = rtapi_compat_file(copy);
  return (options & DUPLICATE_CLOSE_SOURCE) == 0 || CloseHandle(source);
}

/* RTX has no waitable timers in its real-time half either: ERROR_NOT_SUPPORTED, see the list of calls. */
static inline HANDLE CreateWaitableTimerA(LPSECURITY_ATTRIBUTES a, BOOL manual, LPCSTR name) {
  return RtCreateWaitableTimerA(a, manual, name);
}
static inline HANDLE CreateWaitableTimerW(LPSECURITY_ATTRIBUTES a, BOOL manual, LPCWSTR name) {
  return RtCreateWaitableTimerW(a, manual, name);
}
static inline BOOL SetWaitableTimer(HANDLE timer, CONST LARGE_INTEGER* due, LONG period, PTIMERAPCROUTINE routine,
                                    LPVOID argument, BOOL resume) {
  return RtSetWaitableTimer(timer, due, period, routine, argument, resume);
}
static inline BOOL CancelWaitableTimer(HANDLE timer) { return RtCancelWaitableTimer(timer); }
#define CREATE_WAITABLE_TIMER_MANUAL_RESET 1u
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 2u
#define TIMER_MODIFY_STATE 2u
#define TIMER_ALL_ACCESS 0x1F0003u
static inline HANDLE CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES a, LPCSTR name, DWORD flags, DWORD access) {
  (void)access;
  return RtCreateWaitableTimerA(a, (BOOL)(flags & CREATE_WAITABLE_TIMER_MANUAL_RESET), name);
}
static inline HANDLE CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES a, LPCWSTR name, DWORD flags, DWORD access) {
  (void)access;
  return RtCreateWaitableTimerW(a, (BOOL)(flags & CREATE_WAITABLE_TIMER_MANUAL_RESET), name);
}
static inline BOOL SetWaitableTimerEx(HANDLE timer, CONST LARGE_INTEGER* due, LONG period, PTIMERAPCROUTINE routine,
                                      LPVOID argument, PVOID wake_context, ULONG delay) {
  (void)wake_context;
  (void)delay;
  return RtSetWaitableTimer(timer, due, period, routine, argument, FALSE);
}

#ifdef UNICODE
#define CreateProcess CreateProcessW
#define CreateWaitableTimer CreateWaitableTimerW
#define CreateWaitableTimerEx CreateWaitableTimerExW
#else
#define CreateProcess CreateProcessA
#define CreateWaitableTimer CreateWaitableTimerA
#define CreateWaitableTimerEx CreateWaitableTimerExA
#endif

#endif
