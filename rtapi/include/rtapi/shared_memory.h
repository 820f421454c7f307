/** @file
 * Shared memory: named, real memory that every process sees, and that lasts as long as one of them has a handle to it.
 */
#ifndef RTSS_RTAPI_SHARED_MEMORY_H
#define RTSS_RTAPI_SHARED_MEMORY_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Creates a shared memory object, or opens the one that already has this name, and maps it.
 *
 * New memory is zero-filled and reserved: no later access can fail for want of it. An object that existed keeps its
 * contents and its size. Every create and open maps the object once more, possibly at another address; the mappings of
 * a process go with its last handle to the object. What was written survives the writer, however it ends, as long as
 * some process has a handle.
 *
 * @param flProtect          ignored, the mapping is readable and writable
 * @param dwMaximumSizeHigh  must be 0
 * @param dwMaximumSizeLow   bytes, at least 1; whole pages are reserved
 * @param lpName             see "Strings" in rtapi.h; NULL or "" makes an unnamed object for this process alone
 * @param location           receives the address of the mapping; NULL is written when the call fails
 *
 * @retval non-NULL  a new handle; RtGetLastError():
 *                   0                           the object is new
 *                   ERROR_ALREADY_EXISTS        it existed, with whatever size it was made
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_INVALID_PARAMETER     location is NULL, the size is 0, or its high half is not
 *                   ERROR_INVALID_HANDLE        the name belongs to another kind of object
 *                   ERROR_NOT_ENOUGH_MEMORY     /dev/shm has not that much left, or RLIMIT_FSIZE is lower; standard
 *                                               error says which
 *                   ERROR_ACCESS_DENIED         the effective user has changed since the first call, and the memory
 *                                               cannot be given to the owner of the namespace
 *                   ERROR_INVALID_NAME, ERROR_FILENAME_EXCED_RANGE, and the codes for an unusable namespace: as
 *                   RtCreateMutex
 *
 * Blocking: makes and maps a file, not for real-time paths. Allocates: yes. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the size of an existing object, and which arguments are refused, are this library's choice.
 */
HANDLE RtCreateSharedMemoryA(DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCSTR lpName,
                             VOID** location);
/** @copydoc RtCreateSharedMemoryA */
HANDLE RtCreateSharedMemoryW(DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCWSTR lpName,
                             VOID** location) RTSS_WIDE(RtCreateSharedMemoryW);

/** Opens a shared memory object that exists, and maps it.
 *
 * @param dwDesiredAccess  ignored, the mapping is readable and writable
 * @param bInheritHandle   ignored
 * @param lpName           name of the object
 * @param location         receives the address of the mapping; NULL is written when the call fails
 *
 * @retval non-NULL  a new handle; the last error is 0
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_FILE_NOT_FOUND     no object has this name
 *                   ERROR_INVALID_PARAMETER  location is NULL, or lpName is NULL or ""
 *                   ERROR_INVALID_HANDLE     the name belongs to another kind of object
 *                   ERROR_NOT_ENOUGH_MEMORY  it could not be mapped
 *                   ERROR_INVALID_NAME, ERROR_FILENAME_EXCED_RANGE, and the codes for an unusable namespace
 *
 * Blocking, allocation, threads: as RtCreateSharedMemory.
 * Rule: RTX documentation.
 */
HANDLE RtOpenSharedMemoryA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName, VOID** location);
/** @copydoc RtOpenSharedMemoryA */
HANDLE RtOpenSharedMemoryW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName, VOID** location)
    RTSS_WIDE(RtOpenSharedMemoryW);

/** Ends one mapping; the object and its handles stay.
 *
 * @param pBaseAddress  address that a create, open or map call of this process returned
 *
 * @retval TRUE   nothing is mapped there any more
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_PARAMETER  no mapping of this library begins there
 *
 * Blocking: unmaps memory, not for real-time paths. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the code is this library's choice.
 */
BOOL RtUnmapSharedMemory(VOID* pBaseAddress);

/** Maps a shared memory object once more, in part or whole.
 *
 * @param hSharedMemory         handle to the object
 * @param dwDesiredAccess       ignored
 * @param dwFileOffsetHigh      high half of the offset of the first byte
 * @param dwFileOffsetLow       low half; the offset is a multiple of the page size
 * @param dwNumberOfBytesToMap  how much; 0 for everything behind the offset
 *
 * @return the address of the new mapping
 * @retval NULL  RtGetLastError():
 *               ERROR_INVALID_HANDLE     not a handle of this process to shared memory
 *               ERROR_INVALID_PARAMETER  the offset is not on a page, or the range leaves the object
 *               ERROR_NOT_ENOUGH_MEMORY  it could not be mapped
 *
 * Blocking, allocation, threads: as RtCreateSharedMemory.
 * Rule: RTX headers for the name; the meaning is that of Win32's MapViewOfFile.
 */
LPVOID RtMapViewOfSharedMemory(HANDLE hSharedMemory, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                               DWORD dwFileOffsetLow, DWORD dwNumberOfBytesToMap);

/** RtUnmapSharedMemory by its newer name. */
BOOL RtUnmapViewOfSharedMemory(VOID* lpBaseAddress);

/** What RtQuerySharedMemory reports. */
typedef struct _SHARED_MEMORY_INFO {
  DWORD flProtect; /**< PAGE_READWRITE */
  DWORD dwSize;    /**< bytes, as given when the object was made */
} SHARED_MEMORY_INFO, *PSHARED_MEMORY_INFO;

/** Reports the size of a shared memory object.
 *
 * @param hSharedMemory  handle to the object
 * @param pInfo          receives the answer
 *
 * @retval TRUE   *pInfo is filled in
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process to shared memory
 *                ERROR_INVALID_PARAMETER  pInfo is NULL
 *
 * Blocking: no. Allocates: no. Any thread. Not for signal handlers.
 * Rule: the successor products' headers.
 */
BOOL RtQuerySharedMemory(HANDLE hSharedMemory, PSHARED_MEMORY_INFO pInfo);

/** Does nothing: there is nothing to prepare. Returns TRUE. */
BOOL RtInitSharedMemory(VOID);
/** Does nothing. Returns TRUE. */
BOOL RtUninitSharedMemory(VOID);

RTSS_END_DECLS

#ifdef UNICODE
#define RtCreateSharedMemory RtCreateSharedMemoryW
#define RtOpenSharedMemory RtOpenSharedMemoryW
#else
#define RtCreateSharedMemory RtCreateSharedMemoryA
#define RtOpenSharedMemory RtOpenSharedMemoryA
#endif

#endif
