/** @file
 * Multimedia time: milliseconds of a clock that never jumps. Its resolution is what it is.
 */
#ifndef RTAPI_COMPAT_MMSYSTEM_H
#define RTAPI_COMPAT_MMSYSTEM_H

#include "windows.h"

typedef UINT MMRESULT;
#define TIMERR_NOERROR 0u

static inline DWORD timeGetTime(VOID) { return GetTickCount(); }
static inline MMRESULT timeBeginPeriod(UINT milliseconds) {
  (void)milliseconds;
  return TIMERR_NOERROR;
}
static inline MMRESULT timeEndPeriod(UINT milliseconds) {
  (void)milliseconds;
  return TIMERR_NOERROR;
}

#endif
