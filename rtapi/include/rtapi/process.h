/** @file
 * Processes: starting, ending and watching them.
 */
#ifndef RTSS_RTAPI_PROCESS_H
#define RTSS_RTAPI_PROCESS_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Accepted where Windows code passes one, and ignored. */
typedef struct _STARTUPINFOA {
  DWORD cb;
  LPSTR lpReserved;
  LPSTR lpDesktop;
  LPSTR lpTitle;
  DWORD dwX;
  DWORD dwY;
  DWORD dwXSize;
  DWORD dwYSize;
  DWORD dwXCountChars;
  DWORD dwYCountChars;
  DWORD dwFillAttribute;
  DWORD dwFlags;
  WORD wShowWindow;
  WORD cbReserved2;
  BYTE* lpReserved2;
  HANDLE hStdInput;
  HANDLE hStdOutput;
  HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

/** Accepted where Windows code passes one, and ignored. */
typedef struct _STARTUPINFOW {
  DWORD cb;
  LPWSTR lpReserved;
  LPWSTR lpDesktop;
  LPWSTR lpTitle;
  DWORD dwX;
  DWORD dwY;
  DWORD dwXSize;
  DWORD dwYSize;
  DWORD dwXCountChars;
  DWORD dwYCountChars;
  DWORD dwFillAttribute;
  DWORD dwFlags;
  WORD wShowWindow;
  WORD cbReserved2;
  BYTE* lpReserved2;
  HANDLE hStdInput;
  HANDLE hStdOutput;
  HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

/** What RtCreateProcess returns: two handles to the new process, each to be closed, and its Linux process id twice. */
typedef struct _PROCESS_INFORMATION {
  HANDLE hProcess;
  HANDLE hThread;
  DWORD dwProcessId;
  DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

/** Flag of RtCreateProcess: lpEnvironment has characters of the W call's kind. */
#define CREATE_UNICODE_ENVIRONMENT 0x00000400u
/** Accepted and ignored. */
#define CREATE_USE_LOCAL_MEMORY 0x00004000u
#define CREATE_2003NET_DEBUG 0x00008000u

/** A process attribute. No call here takes one. */
#define RtProcThreadAttributeUseLocalMemory 0x1008

/** Starts a program as a process of its own. It need not use this library.
 *
 * @param lpApplicationName    file to run; NULL: the first word of lpCommandLine. A backslash is taken as a slash. A
 *                             name without either is looked for beside the caller's own program, in the current
 *                             directory and in PATH.
 * @param lpCommandLine        arguments, the first of them the name that the program gets as argv[0]; separated by
 *                             blanks and quoted by the rules of the Microsoft C start-up code. NULL: the name alone.
 *                             Not written to.
 * @param lpProcessAttributes  ignored
 * @param lpThreadAttributes   ignored
 * @param bInheritHandles      ignored: no handle is inherited, descriptors as Linux has it
 * @param dwCreationFlags      CREATE_SUSPENDED: the program runs nothing before RtResumeThread on hThread or hProcess;
 *                             CREATE_UNICODE_ENVIRONMENT; other flags are ignored
 * @param lpEnvironment        NULL: the caller's; otherwise "A=B" strings, each with its terminator, and an empty one
 * @param lpCurrentDirectory   NULL: the caller's; a backslash is taken as a slash
 * @param lpStartupInfo        ignored, may be NULL
 * @param lpProcessInformation receives the handles, which are signaled when the process has ended
 *
 * @retval TRUE   started; *lpProcessInformation is filled in
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_PARAMETER  no program is named, or lpProcessInformation is NULL
 *                ERROR_FILE_NOT_FOUND     no such file, or no such directory
 *                ERROR_ACCESS_DENIED      the file may not be executed
 *                ERROR_BAD_EXE_FORMAT     the file is not a program
 *                ERROR_NOT_ENOUGH_MEMORY  no process to be had
 *                ERROR_INVALID_NAME       the text is not valid
 *                the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * The new process starts under SCHED_OTHER with no signal blocked, whatever the caller's scheduling. It goes on when
 * its creator ends. Blocking: starts a process, not for real-time paths. Allocates: yes. Any thread. Not for signal
 * handlers. Rule: RTX documentation; the codes are Win32's.
 */
BOOL RtCreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine, LPSECURITY_ATTRIBUTES lpProcessAttributes,
                      LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles, DWORD dwCreationFlags,
                      LPVOID lpEnvironment, LPCSTR lpCurrentDirectory, LPSTARTUPINFOA lpStartupInfo,
                      LPPROCESS_INFORMATION lpProcessInformation);
/** @copydoc RtCreateProcessA */
BOOL RtCreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine, LPSECURITY_ATTRIBUTES lpProcessAttributes,
                      LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles, DWORD dwCreationFlags,
                      LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                      LPPROCESS_INFORMATION lpProcessInformation) RTSS_WIDE(RtCreateProcessW);

/** Opens a handle to a process that has the namespace open, or that this process started.
 *
 * @param dwDesiredAccess  ignored
 * @param bInheritHandle   ignored
 * @param dwProcessId      Linux process id
 *
 * @retval non-NULL  a handle, signaled when the process has ended; the last error is 0
 * @retval NULL      RtGetLastError():
 *                   ERROR_INVALID_PARAMETER  no such process, or it does not use this namespace
 *                   the codes for an unusable namespace
 *
 * Blocking: only for the library's own short locks. Allocates: in a process's first call only. Any thread.
 * Not for signal handlers.
 * Rule: Win32.
 */
HANDLE RtOpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId);

/** Kills a process. What it owned is abandoned, what it had open is closed.
 *
 * @param hProcess   handle to a process; RtGetCurrentProcess() ends the caller at once
 * @param uExitCode  exit code that its creator will read; other processes read 1
 *
 * @retval TRUE   killed; it may take a moment: wait on the handle
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not a handle of this process to a process
 *                ERROR_ACCESS_DENIED   it has ended, or Linux refuses
 *
 * Blocking: no. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation.
 */
BOOL RtTerminateProcess(HANDLE hProcess, UINT uExitCode);

/** Reports the exit code of a process.
 *
 * @param hProcess    handle to a process
 * @param lpExitCode  receives STILL_ACTIVE (259) until the process has ended, then its exit code: 32 bits from
 *                    RtExitProcess if the process used this library and this handle is from RtOpenProcess; otherwise
 *                    the 8 bits that Linux keeps. A process that a signal ended has 1, unless RtTerminateProcess of its
 *                    creator said otherwise.
 *
 * @retval TRUE   *lpExitCode is filled in
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process to a process
 *                ERROR_INVALID_PARAMETER  lpExitCode is NULL
 *
 * Blocking: no. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation.
 */
BOOL RtGetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode);

/** Ends the process: stops its timers, then as exit(). Does not return.
 *
 * @param uExitCode  exit code; Linux keeps its low 8 bits
 *
 * Any thread. Not for signal handlers.
 * Rule: Win32, which ends the other threads first and runs no destructors of the program.
 */
VOID RtExitProcess(UINT uExitCode) __attribute__((noreturn));

/** Returns the pseudo-handle of the calling process, -1. Cannot fail. Safe in signal handlers. */
HANDLE RtGetCurrentProcess(VOID);

/** Returns the Linux process id of the caller. Cannot fail. Safe in signal handlers. */
DWORD RtGetCurrentProcessId(VOID);

/** Reports the processors that a process may run on, and those of the machine.
 *
 * @param hProcess               handle to a process, or RtGetCurrentProcess()
 * @param lpProcessAffinityMask  receives the processors of its main thread; bit n is processor n
 * @param lpSystemAffinityMask   receives those of the machine
 *
 * @retval TRUE   both are filled in
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process to a process
 *                ERROR_INVALID_PARAMETER  a pointer is NULL
 *                ERROR_ACCESS_DENIED      it has ended
 *
 * Blocking: no. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX headers (64-bit).
 */
BOOL RtGetProcessAffinityMask(HANDLE hProcess, PDWORD_PTR lpProcessAffinityMask, PDWORD_PTR lpSystemAffinityMask);

/** Sets the processors that a process may run on, for each of its threads except the library's own.
 *
 * @param hProcess               handle to a process, or RtGetCurrentProcess()
 * @param dwProcessAffinityMask  bit n is processor n
 *
 * @retval TRUE   set
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process to a process
 *                ERROR_INVALID_PARAMETER  the mask holds no processor that may be used
 *                ERROR_ACCESS_DENIED      it has ended, or Linux refuses
 *
 * Blocking: reads files, not for real-time paths. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX headers (64-bit).
 */
BOOL RtSetProcessAffinityMask(HANDLE hProcess, DWORD_PTR dwProcessAffinityMask);

/** TRUE: this is a real-time process in RTX's sense, in which every call works. */
BOOL RtIsInRtss(VOID);

/** Returns the command line that the process was started with, as UTF-8: its words, separated by blanks and quoted
 * where they hold some. Valid as long as the process. */
LPSTR RtGetCommandLineA(VOID);

RTSS_END_DECLS

#ifdef UNICODE
#define RtCreateProcess RtCreateProcessW
typedef STARTUPINFOW STARTUPINFO;
typedef LPSTARTUPINFOW LPSTARTUPINFO;
#else
#define RtCreateProcess RtCreateProcessA
typedef STARTUPINFOA STARTUPINFO;
typedef LPSTARTUPINFOA LPSTARTUPINFO;
#endif
#define RtGetCommandLine RtGetCommandLineA

#endif
