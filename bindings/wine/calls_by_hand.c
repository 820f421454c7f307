// The calls that cannot simply be handed on, and the DLL's own start.
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bindings/wine/calls.h"
#include "rtapi/src/host.h"

// Of kernel32. <windows.h> and <rtapi.h> declare the same types.
enum { kProcessAttach = 1, kStackSizeIsReservation = 0x10000 };
WINE_CALL HANDLE CreateThread(void* attributes, SIZE_T stack_bytes, DWORD(WINE_CALL* routine)(void*), void* argument,
                              DWORD flags, DWORD* id);
WINE_CALL BOOL CloseHandle(HANDLE handle);
WINE_CALL void ExitThread(DWORD exit_code) __attribute__((noreturn));
WINE_CALL void ExitProcess(UINT exit_code) __attribute__((noreturn));
WINE_CALL BOOL TerminateProcess(HANDLE process, UINT exit_code);
WINE_CALL char* GetCommandLineA(void);
WINE_CALL BOOL DisableThreadLibraryCalls(HANDLE module);
WINE_CALL HANDLE GetModuleHandleA(const char* name);
WINE_CALL void* GetProcAddress(HANDLE module, const char* name);

DWORD WINE_CALL wine_RtGetLastError(VOID) { return block_last_error(); }
VOID WINE_CALL wine_RtSetLastError(DWORD error) { set_block_last_error(error); }

// ---- the two calls that are mostly over after one compare-and-swap -------------------------------------------------

static __attribute__((noinline)) DWORD WINE_CALL wait_slowly(HANDLE handle, DWORD milliseconds) {
  last_error_in();
  const DWORD result = RtWaitForSingleObject(handle, milliseconds);
  last_error_out();
  return result;
}

DWORD WINE_CALL wine_RtWaitForSingleObject(HANDLE handle, DWORD milliseconds) {
  return rtss_host_take(handle) ? WAIT_OBJECT_0 : wait_slowly(handle, milliseconds);
}

static __attribute__((noinline)) BOOL WINE_CALL release_slowly(HANDLE mutex) {
  last_error_in();
  const BOOL result = RtReleaseMutex(mutex);
  last_error_out();
  return result;
}

BOOL WINE_CALL wine_RtReleaseMutex(HANDLE mutex) { return rtss_host_release(mutex) ? TRUE : release_slowly(mutex); }

// ---- varying arguments ---------------------------------------------------------------------------------------------

// Each argument of a Windows program lies in a slot of eight bytes. That is how Linux passes those that no register is
// left for.
static void read_slots(va_list arguments, __builtin_ms_va_list slots) {
  enum { kIntegerRegisterBytes = 6 * 8, kRegisterBytes = kIntegerRegisterBytes + 8 * 16 };
  arguments->gp_offset = kIntegerRegisterBytes;
  arguments->fp_offset = kRegisterBytes;
  arguments->overflow_arg_area = slots;
  arguments->reg_save_area = NULL;
}

int WINE_CALL wine_RtssVsnprintf(LPSTR buffer, SIZE_T capacity, LPCSTR format, __builtin_ms_va_list slots) {
  va_list arguments;
  read_slots(arguments, slots);
  return RtssVsnprintf(buffer, capacity, format, arguments);
}

int WINE_CALL wine_RtssVsnwprintf(LPWSTR buffer, SIZE_T capacity, LPCWSTR format, __builtin_ms_va_list slots) {
  va_list arguments;
  read_slots(arguments, slots);
  return RtssVsnwprintf(buffer, capacity, format, arguments);
}

int WINE_CALL wine_RtPrintf(LPCSTR format, ...) {
  __builtin_ms_va_list slots;
  __builtin_ms_va_start(slots, format);
  const int length = wine_RtssVsnprintf(NULL, 0, format, slots);
  char* const text = length < 0 ? NULL : malloc((size_t)length + 1);
  int printed = -1;
  if (text != NULL) {
    wine_RtssVsnprintf(text, (size_t)length + 1, format, slots);
    printed = RtPrintf("%s", text);
  }
  __builtin_ms_va_end(slots);
  free(text);
  return printed;
}

int WINE_CALL wine_RtWprintf(LPCWSTR format, ...) {
  __builtin_ms_va_list slots;
  __builtin_ms_va_start(slots, format);
  const int length = wine_RtssVsnwprintf(NULL, 0, format, slots);
  WCHAR* const text = length < 0 ? NULL : malloc(((size_t)length + 1) * sizeof(WCHAR));
  int printed = -1;
  if (text != NULL) {
    wine_RtssVsnwprintf(text, (size_t)length + 1, format, slots);
    printed = RtWprintf(L"%s", text);
  }
  __builtin_ms_va_end(slots);
  free(text);
  return printed;
}

// ---- what Windows knows better -------------------------------------------------------------------------------------

BOOL WINE_CALL wine_RtIsInRtss(VOID) { return FALSE; }
LPSTR WINE_CALL wine_RtGetCommandLineA(VOID) { return GetCommandLineA(); }
VOID WINE_CALL wine_RtExitThread(DWORD exit_code) { RtExitThread(exit_code); }
VOID WINE_CALL wine_RtExitProcess(UINT exit_code) { ExitProcess(exit_code); }

BOOL WINE_CALL wine_RtTerminateProcess(HANDLE process, UINT exit_code) {
  if (process == RtGetCurrentProcess()) return TerminateProcess(process, exit_code);
  last_error_in();
  const BOOL result = RtTerminateProcess(process, exit_code);
  last_error_out();
  return result;
}

// ---- threads -------------------------------------------------------------------------------------------------------

struct start {
  void* (*routine)(void*);
  void* argument;
};

static DWORD WINE_CALL thread_begins(void* argument) {
  const struct start start = *(struct start*)argument;
  free(argument);
  start.routine(start.argument);
  return 0;
}

static int start_thread(void* (*routine)(void*), void* argument, size_t stack_bytes) {
  struct start* const start = malloc(sizeof *start);
  if (start == NULL) return ENOMEM;
  *start = (struct start){routine, argument};
  const HANDLE thread = CreateThread(NULL, stack_bytes, thread_begins, start, kStackSizeIsReservation, NULL);
  if (thread == NULL) {
    free(start);
    return ENOMEM;
  }
  CloseHandle(thread);
  return 0;
}

static void exit_thread(DWORD exit_code) { ExitThread(exit_code); }

static DWORD run(void* routine, void* argument, LONG reason) {
  return ((DWORD(WINE_CALL*)(void*, LONG))routine)(argument, reason);
}

// How Wine stops and ends threads is its own affair, and may be another with each of its major versions.
static BOOL is_wine_of_the_build(void) {
  const char* (*version)(void) = GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version");
  const char* const found = version != NULL ? version() : "of unknown version";
  const size_t major = strcspn(RTSS_WINE_VERSION, ".") + 1;
  if (strncmp(found, RTSS_WINE_VERSION, major) == 0) return TRUE;
  fprintf(stderr,
          "rtapi: RtApi.dll was built for Wine %s, and this is Wine %s: use the Wine of the distribution, or build the "
          "DLL with this one's winegcc\n",
          RTSS_WINE_VERSION, found);
  return FALSE;
}

// "rtss doctor" looks for it in the file.
static const char version_mark[] __attribute__((used)) =
    "RtApi.dll of rtapi " RTSS_VERSION " built for Wine " RTSS_WINE_VERSION;

static BOOL is_library_of_the_build(void) {
  if (strcmp(rtss_host_version(), RTSS_VERSION) == 0) return TRUE;
  fprintf(stderr, "rtapi: RtApi.dll is of version %s and librtapi.so of %s: install both from one version\n",
          RTSS_VERSION, rtss_host_version());
  return FALSE;
}

// Wine stops a thread with SIGUSR1 and ends it with SIGQUIT.
BOOL WINE_CALL DllMain(HANDLE module, DWORD reason, void* reserved) {
  static const struct rtss_host host = {start_thread, exit_thread, run, SIGUSR1, SIGQUIT};
  (void)reserved;
  if (reason != kProcessAttach) return TRUE;
  if (!is_library_of_the_build() || !is_wine_of_the_build()) return FALSE;
  DisableThreadLibraryCalls(module);
  rtss_host_set(&host);
  return TRUE;
}
