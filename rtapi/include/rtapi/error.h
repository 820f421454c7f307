/** @file
 * Error codes, with their Win32 numbers, and each thread's last error.
 */
#ifndef RTSS_RTAPI_ERROR_H
#define RTSS_RTAPI_ERROR_H

#include <rtapi/types.h>

#define ERROR_SUCCESS 0u
#define NO_ERROR 0u
#define ERROR_INVALID_FUNCTION 1u        /**< a kind of trace event that does not exist */
#define ERROR_FILE_NOT_FOUND 2u          /**< open: no object has this name; or no such program */
#define ERROR_ACCESS_DENIED 5u           /**< the namespace belongs to another user or cannot be opened */
#define ERROR_INVALID_HANDLE 6u          /**< not a handle of this process, or to another kind of object */
#define ERROR_NOT_ENOUGH_MEMORY 8u       /**< memory or /dev/shm is exhausted */
#define ERROR_NOT_SUPPORTED 50u          /**< this system cannot do it */
#define ERROR_INVALID_PARAMETER 87u      /**< an argument is outside its range */
#define ERROR_BUFFER_OVERFLOW 111u       /**< more data than a trace event holds */
#define ERROR_INVALID_NAME 123u          /**< a backslash in the name, or text that is not valid UTF-8, -16 or -32 */
#define ERROR_SIGNAL_REFUSED 156u        /**< the thread is suspended 127 times already */
#define ERROR_BUSY 170u                  /**< the process has a shutdown handler already */
#define ERROR_ALREADY_EXISTS 183u        /**< create: not a failure; the handle is to the object that existed */
#define ERROR_BAD_EXE_FORMAT 193u        /**< the file is not a program */
#define ERROR_FILENAME_EXCED_RANGE 206u  /**< name longer than 259 bytes of UTF-8 */
#define ERROR_NOT_OWNER 288u             /**< release of a mutex by a thread that does not own it */
#define ERROR_TOO_MANY_POSTS 298u        /**< release of a semaphore beyond its maximum */
#define ERROR_MUTANT_LIMIT_EXCEEDED 587u /**< mutex already taken 2^31 - 1 times by its owner */
#define ERROR_REVISION_MISMATCH 1306u    /**< namespace made by an incompatible version, in another boot or container */
#define ERROR_PRIVILEGE_NOT_HELD 1314u   /**< real-time scheduling was required and refused */
#define ERROR_FILE_CORRUPT 1392u         /**< the namespace's contents contradict themselves */
#define ERROR_NO_SYSTEM_RESOURCES 1450u  /**< objects, handles, threads or processes of the namespace are used up */

/** Makes a code of RTX's own, which no call of this library stores. */
#define RT_CUSTOM_ERROR(value) ((value) | (1 << 29))

RTSS_BEGIN_DECLS

/** Returns the calling thread's last error.
 *
 * @return the code last stored by a call of this thread or by RtSetLastError; 0 in a new thread
 *
 * Calls that fail store a code. Calls that create or open store 0, or ERROR_ALREADY_EXISTS. Every other call that
 * succeeds, and a wait that times out, leaves the last error as it was.
 * Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: Win32; that a fresh create stores 0 is RTX documentation.
 */
DWORD RtGetLastError(VOID);

/** Sets the calling thread's last error.
 *
 * @param dwErrCode  any value; this library stores the codes above
 *
 * Cannot fail. Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: Win32.
 */
VOID RtSetLastError(DWORD dwErrCode);

/** RtGetLastError under the name that Win32 code uses. */
static inline DWORD GetLastError(VOID) { return RtGetLastError(); }

/** RtSetLastError under the name that Win32 code uses. */
static inline VOID SetLastError(DWORD dwErrCode) { RtSetLastError(dwErrCode); }

RTSS_END_DECLS

#endif
