/** @file
 * Positions and sizes of open files, in 64 bits, and files seen as memory.
 */
#ifndef RTAPI_COMPAT_FILE_SIZES_H
#define RTAPI_COMPAT_FILE_SIZES_H

#include "rtapi_compat/files.h"
#include "rtapi_compat/memory.h"

static inline BOOL SetFilePointerEx(HANDLE hFile, LARGE_INTEGER distance, PLARGE_INTEGER position, DWORD method) {
  static const int whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  if (!rtapi_compat_check_file(hFile)) return FALSE;
  if (method > FILE_END) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  const off_t at = lseek(rtapi_compat_descriptor(hFile), (off_t)distance.QuadPart, whence[method]);
  if (at < 0) {
    SetLastError(errno == EINVAL ? ERROR_NEGATIVE_SEEK : rtapi_compat_error(errno));
    return FALSE;
  }
  if (position != NULL) position->QuadPart = at;
  return TRUE;
}
static inline BOOL GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER size) {
  struct stat status;
  if (!rtapi_compat_check_file(hFile)) return FALSE;
  if (!rtapi_compat_done(fstat(rtapi_compat_descriptor(hFile), &status) != 0)) return FALSE;
  size->QuadPart = status.st_size;
  return TRUE;
}
/* The file ends where its position is. */
static inline BOOL SetEndOfFile(HANDLE hFile) {
  if (!rtapi_compat_check_file(hFile)) return FALSE;
  const int file = rtapi_compat_descriptor(hFile);
  const off_t at = lseek(file, 0, SEEK_CUR);
  return rtapi_compat_transferred(hFile, at < 0 || ftruncate(file, at) != 0);
}

#define FILE_MAP_COPY 1u
#define FILE_MAP_WRITE 2u
#define FILE_MAP_READ 4u
#define FILE_MAP_ALL_ACCESS 0x000F001Fu

/* Without a file it is shared memory, named or not: RtCreateSharedMemory. Of a file it is a handle to that file, grown
 * to the size if need be; such a mapping has no name: ERROR_NOT_SUPPORTED. */
static inline HANDLE rtapi_compat_map_file(HANDLE hFile, DWORD protect, ULONGLONG size, int named) {
  struct stat status;
  if (named) {
    SetLastError(ERROR_NOT_SUPPORTED);
    return NULL;
  }
  if (!rtapi_compat_check_file(hFile)) return NULL;
  const int file = rtapi_compat_descriptor(hFile);
  if (!rtapi_compat_done(fstat(file, &status) != 0)) return NULL;
  if (size == 0 && status.st_size == 0) {
    SetLastError(1006); /* ERROR_FILE_INVALID */
    return NULL;
  }
  const int grow = (ULONGLONG)status.st_size < size;
  if (grow && (protect & PAGE_READWRITE) == 0) {
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return NULL;
  }
  if (!rtapi_compat_done(grow && ftruncate(file, (off_t)size) != 0)) return NULL;
  const int copy = fcntl(file, F_DUPFD_CLOEXEC, 0);
  if (!rtapi_compat_done(copy < 0)) return NULL;
  SetLastError(0);
  return rtapi_compat_file(copy);
}
#define RTAPI_COMPAT_FILE_MAPPING(create, open, name_type, rt_create, rt_open)                             \
  static inline HANDLE create(HANDLE hFile, LPSECURITY_ATTRIBUTES a, DWORD protect, DWORD high, DWORD low, \
                              name_type name) {                                                            \
    VOID* view;                                                                                            \
    (void)a;                                                                                               \
    if (hFile != INVALID_HANDLE_VALUE) {                                                                   \
      return rtapi_compat_map_file(hFile, protect, (ULONGLONG)high << 32 | low, name != NULL);             \
    }                                                                                                      \
    const HANDLE mapping = rt_create(protect, high, low, name, &view);                                     \
    if (mapping != NULL) RtUnmapSharedMemory(view);                                                        \
    return mapping;                                                                                        \
  }                                                                                                        \
  static inline HANDLE open(DWORD access, BOOL inherit, name_type name) {                                  \
    VOID* view;                                                                                            \
    const HANDLE mapping = rt_open(access, inherit, name, &view);                                          \
    if (mapping != NULL) RtUnmapSharedMemory(view);                                                        \
    return mapping;                                                                                        \
  }
RTAPI_COMPAT_FILE_MAPPING(CreateFileMappingA, OpenFileMappingA, LPCSTR, RtCreateSharedMemoryA, RtOpenSharedMemoryA)
RTAPI_COMPAT_FILE_MAPPING(CreateFileMappingW, OpenFileMappingW, LPCWSTR, RtCreateSharedMemoryW, RtOpenSharedMemoryW)
#undef RTAPI_COMPAT_FILE_MAPPING

RTSS_BEGIN_DECLS

/* Of a file: pages of it, FILE_MAP_COPY keeps what is written from the file. Otherwise as RtMapViewOfSharedMemory. */
LPVOID MapViewOfFile(HANDLE mapping, DWORD access, DWORD high, DWORD low, SIZE_T bytes);
BOOL UnmapViewOfFile(LPCVOID view);
BOOL FlushViewOfFile(LPCVOID view, SIZE_T bytes);

RTSS_END_DECLS

#ifdef UNICODE
#define CreateFileMapping CreateFileMappingW
#define OpenFileMapping OpenFileMappingW
#else
#define CreateFileMapping CreateFileMappingA
#define OpenFileMapping OpenFileMappingA
#endif

#endif
