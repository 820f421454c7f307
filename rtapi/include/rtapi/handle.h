/** @file
 * What all handles have in common.
 */
#ifndef RTSS_RTAPI_HANDLE_H
#define RTSS_RTAPI_HANDLE_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Closes a handle and drops its reference to the object.
 *
 * With its last handle, in whichever process, the object's name goes at once: a later open says ERROR_FILE_NOT_FOUND
 * and a later create makes a fresh object. The object itself ends then, an owned mutex, too, but not before its last
 * queued waiter has left. Closing a handle never releases a mutex: a waiter gets it abandoned when its owner ends. A
 * mutex whose last handle another thread than the owner closes keeps its place in the namespace's table until the
 * owner next takes, releases or closes a mutex, or ends. Threads that wait through the handle go on waiting and are
 * ended by a signal through another handle or by their time-out. Other handles to the object stay valid.
 *
 * @param hObject  handle from a create or open call of this process
 *
 * @retval TRUE   closed; the value may be issued again later
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  NULL, already closed, never issued, or of another process
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation; that a mutex goes with the last handle although it is owned is as on Windows.
 */
BOOL RtCloseHandle(HANDLE hObject);

/** Keeps a named object when its last handle goes, or lets it go again.
 *
 * A pinned object keeps its name and its state until a call takes the pin away and no handle is open, or the
 * namespace is removed; the end of a process, however sudden, takes no pin away. It is one flag of the object: any
 * process sets or clears it, and pinning twice is as pinning once. Closing handles and abandonment are as ever: the
 * mutex of a killed owner is abandoned, and being pinned it is there for the next owner to find so.
 *
 * @param hObject  handle to a named mutex, event, semaphore or shared memory object
 * @param bPinned  non-zero: stays; 0: goes with its last handle, as unpinned objects do
 *
 * @retval TRUE   done, or it was so already
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process, or to another kind of object
 *                ERROR_INVALID_PARAMETER  the object has no name by which it could be found again
 *                ERROR_ACCESS_DENIED      this process was taken for dead and is no longer part of the namespace
 *                ERROR_FILE_CORRUPT       the namespace's contents contradict themselves
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: this library's addition to RTX.
 */
BOOL RtssPin(HANDLE hObject, BOOL bPinned);

RTSS_END_DECLS

#endif
