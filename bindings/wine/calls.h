/* What the generated calls and those by hand share. Compiled with 16-bit wchar_t, as Windows's is. */
#ifndef RTSS_WINE_CALLS_H
#define RTSS_WINE_CALLS_H

#include <rtapi.h>

#define WINE_CALL __attribute__((ms_abi))

/* GetLastError's word in the thread's block, which GS points to. */
static inline DWORD block_last_error(void) {
  DWORD error;
  __asm__ volatile("movl %%gs:0x68, %0" : "=r"(error));
  return error;
}
static inline void set_block_last_error(DWORD error) { __asm__ volatile("movl %0, %%gs:0x68" : : "r"(error)); }

/* Around each call: the library leaves the last error alone where nothing failed. */
static inline void last_error_in(void) { RtSetLastError(block_last_error()); }
static inline void last_error_out(void) { set_block_last_error(RtGetLastError()); }

#endif
