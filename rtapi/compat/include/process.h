/** @file
 * _beginthreadex and _endthreadex.
 */
#ifndef RTAPI_COMPAT_PROCESS_H
#define RTAPI_COMPAT_PROCESS_H

#include "windows.h"

static inline uintptr_t _beginthreadex(void* security, unsigned stack_size, unsigned (*start)(void*), void* argument,
                                       unsigned flags, unsigned* id) {
  return (uintptr_t)CreateThread((LPSECURITY_ATTRIBUTES)security, stack_size, (LPTHREAD_START_ROUTINE)start, argument,
                                 flags, id);
}
__attribute__((noreturn)) static inline void _endthreadex(unsigned code) { ExitThread(code); }

#endif
