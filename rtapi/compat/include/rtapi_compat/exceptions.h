/** @file
 * The last word on a fatal signal: SetUnhandledExceptionFilter, and what its filter is shown. There is no __try: the
 * porting guide has the command that rewrites it.
 */
#ifndef RTAPI_COMPAT_EXCEPTIONS_H
#define RTAPI_COMPAT_EXCEPTIONS_H

#include "rtapi_compat/types.h"

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)
#define EXCEPTION_NONCONTINUABLE 1u
#define EXCEPTION_MAXIMUM_PARAMETERS 15

#define EXCEPTION_DATATYPE_MISALIGNMENT 0x80000002u
#define EXCEPTION_BREAKPOINT 0x80000003u
#define EXCEPTION_SINGLE_STEP 0x80000004u
#define EXCEPTION_ACCESS_VIOLATION 0xC0000005u
#define EXCEPTION_IN_PAGE_ERROR 0xC0000006u
#define EXCEPTION_ILLEGAL_INSTRUCTION 0xC000001Du
#define EXCEPTION_ARRAY_BOUNDS_EXCEEDED 0xC000008Cu
#define EXCEPTION_FLT_DIVIDE_BY_ZERO 0xC000008Eu
#define EXCEPTION_FLT_INEXACT_RESULT 0xC000008Fu
#define EXCEPTION_FLT_INVALID_OPERATION 0xC0000090u
#define EXCEPTION_FLT_OVERFLOW 0xC0000091u
#define EXCEPTION_FLT_UNDERFLOW 0xC0000093u
#define EXCEPTION_INT_DIVIDE_BY_ZERO 0xC0000094u
#define EXCEPTION_INT_OVERFLOW 0xC0000095u
#define EXCEPTION_PRIV_INSTRUCTION 0xC0000096u
#define EXCEPTION_STACK_OVERFLOW 0xC00000FDu

typedef struct _EXCEPTION_RECORD {
  DWORD ExceptionCode;
  DWORD ExceptionFlags;
  struct _EXCEPTION_RECORD* ExceptionRecord;
  PVOID ExceptionAddress; /* of the instruction */
  DWORD NumberParameters;
  ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS]; /* access violation: 1 if it wrote, and the address */
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

/* The registers that programs print; what the filter changes in them is not taken over. */
typedef struct _CONTEXT {
  DWORD ContextFlags;
  DWORD EFlags;
  DWORD64 Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8, R9, R10, R11, R12, R13, R14, R15, Rip; /* x86-64 */
  DWORD64 X[31], Sp, Pc;                                                                     /* ARM */
} CONTEXT, *PCONTEXT;

typedef struct _EXCEPTION_POINTERS {
  PEXCEPTION_RECORD ExceptionRecord;
  PCONTEXT ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS, *LPEXCEPTION_POINTERS;

typedef LONG(WINAPI* PTOP_LEVEL_EXCEPTION_FILTER)(PEXCEPTION_POINTERS exception);
typedef PTOP_LEVEL_EXCEPTION_FILTER LPTOP_LEVEL_EXCEPTION_FILTER;

#define SEM_FAILCRITICALERRORS 1u
#define SEM_NOGPFAULTERRORBOX 2u
static inline UINT SetErrorMode(UINT mode) {
  (void)mode;
  return 0;
}

RTSS_BEGIN_DECLS

/* Names the routine that is called when a thread of the process gets SIGSEGV, SIGBUS, SIGILL, SIGFPE or SIGTRAP; NULL:
 * none, as before the first call. Returns the one before. It is called in that thread, as a signal handler: it may not
 * call this library (except for the last error), allocate, or take a lock that the thread may hold. Its result:
 * EXCEPTION_EXECUTE_HANDLER ends the process with the low byte of the exception's code; EXCEPTION_CONTINUE_SEARCH lets
 * the signal do what it does by default, a core dump; EXCEPTION_CONTINUE_EXECUTION goes on at the instruction that
 * failed. A stack overflow has no stack left for it: the process ends. */
LPTOP_LEVEL_EXCEPTION_FILTER SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER filter);

/* Calls that routine with these; without one, or if it says EXCEPTION_CONTINUE_SEARCH, the process is aborted. It goes
 * on after EXCEPTION_CONTINUE_EXECUTION unless the flags have EXCEPTION_NONCONTINUABLE. */
VOID RaiseException(DWORD code, DWORD flags, DWORD count, CONST ULONG_PTR* arguments);

/* Whether a tracer is attached to the process. */
BOOL IsDebuggerPresent(VOID);

/* SIGTRAP in the calling thread. */
VOID DebugBreak(VOID);

RTSS_END_DECLS

#endif
