/** @file
 * Threads, processes, sleeping and performance counters, inline over Rt...
 */
#ifndef RTAPI_COMPAT_THREADS_H
#define RTAPI_COMPAT_THREADS_H

#include <sched.h>

#include "rtapi_compat/types.h"

static inline HANDLE CreateThread(LPSECURITY_ATTRIBUTES a, SIZE_T dwStackSize, LPTHREAD_START_ROUTINE lpStartAddress,
                                  LPVOID lpParameter, DWORD dwCreationFlags, LPDWORD lpThreadId) {
  return RtCreateThread(a, dwStackSize, lpStartAddress, lpParameter, dwCreationFlags, lpThreadId);
}
__attribute__((noreturn)) static inline VOID ExitThread(DWORD dwExitCode) { RtExitThread(dwExitCode); }
static inline BOOL TerminateThread(HANDLE hThread, DWORD dwExitCode) { return RtTerminateThread(hThread, dwExitCode); }
static inline DWORD SuspendThread(HANDLE hThread) { return RtSuspendThread(hThread); }
static inline DWORD ResumeThread(HANDLE hThread) { return RtResumeThread(hThread); }
static inline BOOL GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode) {
  return RtGetExitCodeThread(hThread, lpExitCode);
}
static inline HANDLE GetCurrentThread(VOID) { return RtGetCurrentThread(); }
static inline DWORD GetCurrentThreadId(VOID) { return RtGetCurrentThreadId(); }
static inline DWORD_PTR SetThreadAffinityMask(HANDLE hThread, DWORD_PTR mask) {
  return RtSetThreadAffinityMask(hThread, mask);
}
static inline DWORD GetCurrentProcessorNumber(VOID) { return RtGetCurrentProcessorNumber(); }
static inline BOOL SwitchToThread(VOID) { return sched_yield() == 0; }
/* A hint to the processor, in a loop that spins. */
static inline VOID YieldProcessor(VOID) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

static inline BOOL RtSetTimeQuantum(HANDLE hThread, ULONG64 milliseconds) {
  return RtSetThreadTimeQuantumEx(hThread, milliseconds * 1000);
}

static inline VOID Sleep(DWORD dwMilliseconds) { RtSleep(dwMilliseconds); }
static inline DWORD SleepEx(DWORD dwMilliseconds, BOOL bAlertable) { return RtSleepEx(dwMilliseconds, bAlertable); }

static inline HANDLE GetCurrentProcess(VOID) { return (HANDLE)(intptr_t)-1; }
static inline DWORD GetCurrentProcessId(VOID) { return RtGetCurrentProcessId(); }
__attribute__((noreturn)) static inline VOID ExitProcess(UINT uExitCode) { RtExitProcess(uExitCode); }

/* Priority classes are a matter of the Windows scheduler: accepted, without effect. */
#define NORMAL_PRIORITY_CLASS 0x00000020u
#define IDLE_PRIORITY_CLASS 0x00000040u
#define HIGH_PRIORITY_CLASS 0x00000080u
#define REALTIME_PRIORITY_CLASS 0x00000100u
static inline BOOL SetPriorityClass(HANDLE hProcess, DWORD dwPriorityClass) {
  (void)hProcess;
  (void)dwPriorityClass;
  return TRUE;
}
static inline BOOL SetProcessPriorityBoost(HANDLE hProcess, BOOL bDisable) {
  (void)hProcess;
  (void)bDisable;
  return TRUE;
}

static inline BOOL QueryPerformanceCounter(LARGE_INTEGER* count) { return RtQueryPerformanceCounter(count); }
static inline BOOL QueryPerformanceFrequency(LARGE_INTEGER* frequency) {
  return RtQueryPerformanceFrequency(frequency);
}

#endif
