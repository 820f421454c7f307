/** @file
 * What all handles have in common.
 */
#ifndef RTAPI_HANDLE_H
#define RTAPI_HANDLE_H

#include <rtapi/types.h>

RTAPI_BEGIN_DECLS

/** Closes a handle and drops its reference to the object.
 *
 * With its last handle, in whichever process, the object's name goes at once: a later open says ERROR_FILE_NOT_FOUND
 * and a later create makes a fresh object. An owned mutex stays for its owner, who can no longer reach it, until that
 * thread ends; closing a handle never releases a mutex. Threads that wait through the handle go on waiting and are
 * ended by a signal through another handle or by their time-out. Other handles to the object stay valid.
 *
 * @param hObject  handle from a create or open call of this process
 *
 * @retval TRUE   closed; the value may be issued again later
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  NULL, already closed, never issued, or of another process
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation; that a name goes with the last handle although the mutex is owned is this library's choice.
 */
BOOL RTAPI RtCloseHandle(HANDLE hObject);

RTAPI_END_DECLS

#endif
