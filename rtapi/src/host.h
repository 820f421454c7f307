/* What the library offers to a binding whose programs do not follow the calling convention of Linux: the DLL for Wine.
 * Exported under the version RTSS_PRIVATE: library and binding come from one build. */
#ifndef RTAPI_SRC_HOST_H
#define RTAPI_SRC_HOST_H

#include <rtapi/types.h>

/* The convention of Windows's 64-bit programs. A function that is not compiled for it has to be called with ten vector
 * registers saved and restored, which costs three times as much as taking a free mutex. */
#ifdef __x86_64__
#define RTSS_HOST_CALL __attribute__((ms_abi))
#else
#define RTSS_HOST_CALL
#endif

RTSS_BEGIN_DECLS

/* The version of the project that the library was built from. */
const char* rtss_host_version(void);

/* Takes a free mutex, if it is the one that the calling thread used last. False: nothing has changed, not even the last
 * error, and RtWaitForSingleObject decides. Blocks never, allocates nothing. */
BOOL RTSS_HOST_CALL rtss_host_take(HANDLE hMutex);

/* The same for a release; then RtReleaseMutex decides. */
BOOL RTSS_HOST_CALL rtss_host_release(HANDLE hMutex);

/* How the threads of the process are started, ended and stopped: runtime/services/host.h, in C. */
struct rtss_host {
  int (*start_thread)(void* (*routine)(void*), void* argument, size_t stack_bytes);
  void (*exit_thread)(DWORD exit_code);
  DWORD (*run)(void* routine, void* argument, LONG reason);
  int stop_signal;
  int end_signal;
};
void rtss_host_set(const struct rtss_host* host);

RTSS_END_DECLS

#endif
