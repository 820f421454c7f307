// Fatal signals, seen by an unhandled-exception filter.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "rtapi_compat/exceptions.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
enum { kFatal = sizeof fatal / sizeof fatal[0] };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before[kFatal];
static LPTOP_LEVEL_EXCEPTION_FILTER current;

static DWORD exception_code(int signal, int cause) {
  switch (signal) {
    case SIGSEGV:
      return EXCEPTION_ACCESS_VIOLATION;
    case SIGBUS:
      return cause == BUS_ADRALN ? EXCEPTION_DATATYPE_MISALIGNMENT : EXCEPTION_IN_PAGE_ERROR;
    case SIGILL:
      return cause == ILL_PRVOPC || cause == ILL_PRVREG ? EXCEPTION_PRIV_INSTRUCTION : EXCEPTION_ILLEGAL_INSTRUCTION;
    case SIGTRAP:
      return cause == TRAP_TRACE ? EXCEPTION_SINGLE_STEP : EXCEPTION_BREAKPOINT;
    default:
      break;
  }
  switch (cause) {
    case FPE_INTOVF:
      return EXCEPTION_INT_OVERFLOW;
    case FPE_FLTDIV:
      return EXCEPTION_FLT_DIVIDE_BY_ZERO;
    case FPE_FLTOVF:
      return EXCEPTION_FLT_OVERFLOW;
    case FPE_FLTUND:
      return EXCEPTION_FLT_UNDERFLOW;
    case FPE_FLTRES:
      return EXCEPTION_FLT_INEXACT_RESULT;
    case FPE_FLTINV:
      return EXCEPTION_FLT_INVALID_OPERATION;
    default:
      return EXCEPTION_INT_DIVIDE_BY_ZERO;
  }
}

// Where the instruction is, and whether it wrote.
static void read_registers(const ucontext_t* machine, CONTEXT* context, PVOID* address, ULONG_PTR* wrote) {
#if defined __x86_64__
  const greg_t* const r = machine->uc_mcontext.gregs;
  const DWORD64 error = (DWORD64)r[REG_ERR];
  context->EFlags = (DWORD)r[REG_EFL];
  context->Rax = (DWORD64)r[REG_RAX];
  context->Rcx = (DWORD64)r[REG_RCX];
  context->Rdx = (DWORD64)r[REG_RDX];
  context->Rbx = (DWORD64)r[REG_RBX];
  context->Rsp = (DWORD64)r[REG_RSP];
  context->Rbp = (DWORD64)r[REG_RBP];
  context->Rsi = (DWORD64)r[REG_RSI];
  context->Rdi = (DWORD64)r[REG_RDI];
  context->R8 = (DWORD64)r[REG_R8];
  context->R9 = (DWORD64)r[REG_R9];
  context->R10 = (DWORD64)r[REG_R10];
  context->R11 = (DWORD64)r[REG_R11];
  context->R12 = (DWORD64)r[REG_R12];
  context->R13 = (DWORD64)r[REG_R13];
  context->R14 = (DWORD64)r[REG_R14];
  context->R15 = (DWORD64)r[REG_R15];
  context->Rip = (DWORD64)r[REG_RIP];
  *address = (PVOID)(uintptr_t)context->Rip;
  *wrote = (error >> 1) & 1;
#elif defined __aarch64__
  for (int i = 0; i < 31; ++i) context->X[i] = machine->uc_mcontext.regs[i];
  context->Sp = machine->uc_mcontext.sp;
  context->Pc = machine->uc_mcontext.pc;
  *address = (PVOID)(uintptr_t)context->Pc;
  *wrote = 0;
#else
  (void)machine;
  (void)context;
  *address = NULL;
  *wrote = 0;
#endif
}

static void on_fatal(int signal, siginfo_t* info, void* machine) {
  EXCEPTION_RECORD record;
  CONTEXT context;
  EXCEPTION_POINTERS pointers = {&record, &context};
  ULONG_PTR wrote;
  const LPTOP_LEVEL_EXCEPTION_FILTER filter = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
  const int sent = info->si_code == SI_USER || info->si_code == SI_QUEUE || info->si_code == SI_TKILL;
  LONG verdict = EXCEPTION_CONTINUE_SEARCH;
  memset(&record, 0, sizeof record);
  memset(&context, 0, sizeof context);
  record.ExceptionCode = exception_code(signal, info->si_code);
  read_registers(machine, &context, &record.ExceptionAddress, &wrote);
  if (signal == SIGSEGV || signal == SIGBUS) {
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = wrote;
    record.ExceptionInformation[1] = (ULONG_PTR)info->si_addr;
  }
  // A signal that another process sent is not an exception of this one.
  if (filter != NULL && (!sent || info->si_pid == getpid())) verdict = filter(&pointers);
  if (verdict == EXCEPTION_CONTINUE_EXECUTION) return;
  if (verdict == EXCEPTION_EXECUTE_HANDLER) _exit((int)(record.ExceptionCode & 0xff));
  for (int i = 0; i < kFatal; ++i) sigaction(fatal[i], &before[i], NULL);
  if (sent) raise(signal);  // otherwise the instruction fails again
}

LPTOP_LEVEL_EXCEPTION_FILTER SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER filter) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fatal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  pthread_mutex_lock(&mutex);
  const LPTOP_LEVEL_EXCEPTION_FILTER was = __atomic_exchange_n(&current, filter, __ATOMIC_ACQ_REL);
  for (int i = 0; i < kFatal; ++i) {
    if (was == NULL && filter != NULL) sigaction(fatal[i], &action, &before[i]);
    if (was != NULL && filter == NULL) sigaction(fatal[i], &before[i], NULL);
  }
  pthread_mutex_unlock(&mutex);
  return was;
}

VOID RaiseException(DWORD code, DWORD flags, DWORD count, CONST ULONG_PTR* arguments) {
  EXCEPTION_RECORD record;
  CONTEXT context;
  EXCEPTION_POINTERS pointers = {&record, &context};
  const LPTOP_LEVEL_EXCEPTION_FILTER filter = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
  memset(&record, 0, sizeof record);
  memset(&context, 0, sizeof context);
  record.ExceptionCode = code;
  record.ExceptionFlags = flags & EXCEPTION_NONCONTINUABLE;
  record.ExceptionAddress = __builtin_return_address(0);
  if (arguments != NULL) {
    record.NumberParameters = count < EXCEPTION_MAXIMUM_PARAMETERS ? count : EXCEPTION_MAXIMUM_PARAMETERS;
    memcpy(record.ExceptionInformation, arguments, record.NumberParameters * sizeof *arguments);
  }
  const LONG verdict = filter == NULL ? EXCEPTION_CONTINUE_SEARCH : filter(&pointers);
  if (verdict == EXCEPTION_CONTINUE_EXECUTION && record.ExceptionFlags == 0) return;
  if (verdict == EXCEPTION_EXECUTE_HANDLER) _exit((int)(code & 0xff));
  abort();
}

BOOL IsDebuggerPresent(VOID) {
  static const char wanted[] = "\nTracerPid:\t";
  char text[4096];
  const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (file >= 0) close(file);
  if (length < 0) return FALSE;
  text[length] = '\0';
  const char* const line = strstr(text, wanted);
  return line != NULL && strtol(line + sizeof wanted - 1, NULL, 10) != 0;
}

VOID DebugBreak(VOID) { raise(SIGTRAP); }
