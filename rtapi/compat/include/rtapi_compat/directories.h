/** @file
 * Directories, attributes, and files by their names. Paths follow files.h.
 */
#ifndef RTAPI_COMPAT_DIRECTORIES_H
#define RTAPI_COMPAT_DIRECTORIES_H

#include "rtapi_compat/files.h"
#include "rtapi_compat/unicode.h"

#define FILE_ATTRIBUTE_READONLY 0x1u
#define FILE_ATTRIBUTE_HIDDEN 0x2u
#define FILE_ATTRIBUTE_DIRECTORY 0x10u
#define FILE_ATTRIBUTE_ARCHIVE 0x20u
#define INVALID_FILE_ATTRIBUTES 0xffffffffu
#define MOVEFILE_REPLACE_EXISTING 1u

typedef struct _WIN32_FIND_DATAA {
  DWORD dwFileAttributes;
  FILETIME ftCreationTime, ftLastAccessTime, ftLastWriteTime;
  DWORD nFileSizeHigh, nFileSizeLow, dwReserved0, dwReserved1;
  CHAR cFileName[MAX_PATH], cAlternateFileName[14];
} WIN32_FIND_DATAA, *PWIN32_FIND_DATAA, *LPWIN32_FIND_DATAA;
typedef struct _WIN32_FIND_DATAW {
  DWORD dwFileAttributes;
  FILETIME ftCreationTime, ftLastAccessTime, ftLastWriteTime;
  DWORD nFileSizeHigh, nFileSizeLow, dwReserved0, dwReserved1;
  WCHAR cFileName[MAX_PATH], cAlternateFileName[14];
} WIN32_FIND_DATAW, *PWIN32_FIND_DATAW, *LPWIN32_FIND_DATAW;

static inline BOOL RemoveDirectoryA(LPCSTR path) {
  char linux_path[4096];
  if (!rtapi_compat_path(path, linux_path)) return FALSE;
  const int failed = rmdir(linux_path) != 0;
  if (!failed || (errno != ENOTEMPTY && errno != EEXIST)) return rtapi_compat_path_done(linux_path, failed);
  SetLastError(ERROR_DIR_NOT_EMPTY);
  return FALSE;
}
static inline DWORD GetFileAttributesA(LPCSTR path) {
  char linux_path[4096];
  struct stat status;
  if (!rtapi_compat_path(path, linux_path)) return INVALID_FILE_ATTRIBUTES;
  if (!rtapi_compat_path_done(linux_path, stat(linux_path, &status) != 0)) return INVALID_FILE_ATTRIBUTES;
  const DWORD kind = S_ISDIR(status.st_mode) ? FILE_ATTRIBUTE_DIRECTORY : 0;
  const DWORD access = (status.st_mode & 0222) == 0 ? FILE_ATTRIBUTE_READONLY : 0;
  return (kind | access) != 0 ? kind | access : FILE_ATTRIBUTE_NORMAL;
}
/* Also to another name in use with MOVEFILE_REPLACE_EXISTING. Within one file system. */
static inline BOOL MoveFileExA(LPCSTR from, LPCSTR to, DWORD flags) {
  char linux_from[4096], linux_to[4096];
  if (!rtapi_compat_path(from, linux_from) || !rtapi_compat_path(to, linux_to)) return FALSE;
  if ((flags & MOVEFILE_REPLACE_EXISTING) == 0 && access(linux_to, F_OK) == 0) {
    SetLastError(ERROR_ALREADY_EXISTS);
    return FALSE;
  }
  return rtapi_compat_path_done(linux_from, rename(linux_from, linux_to) != 0);
}
static inline BOOL MoveFileA(LPCSTR from, LPCSTR to) { return MoveFileExA(from, to, 0); }

RTSS_BEGIN_DECLS

/* The pattern is the last part of the path; "*.*" is every name. Names come in the file system's order; those of 260
 * bytes or more are left out. */
HANDLE FindFirstFileA(LPCSTR path, LPWIN32_FIND_DATAA data);
BOOL FindNextFileA(HANDLE search, LPWIN32_FIND_DATAA data);
BOOL FindClose(HANDLE search);

RTSS_END_DECLS

/* The wide forms. */
static inline BOOL rtapi_compat_narrow_path(LPCWSTR path, char* narrow) {
  if (path != NULL && rtapi_compat_utf8(path, narrow, 4096)) return TRUE;
  SetLastError(ERROR_INVALID_NAME);
  return FALSE;
}
static inline BOOL RemoveDirectoryW(LPCWSTR path) {
  char narrow[4096];
  return rtapi_compat_narrow_path(path, narrow) && RemoveDirectoryA(narrow);
}
static inline DWORD GetFileAttributesW(LPCWSTR path) {
  char narrow[4096];
  return rtapi_compat_narrow_path(path, narrow) ? GetFileAttributesA(narrow) : INVALID_FILE_ATTRIBUTES;
}
static inline BOOL MoveFileExW(LPCWSTR from, LPCWSTR to, DWORD flags) {
  char narrow_from[4096], narrow_to[4096];
  return rtapi_compat_narrow_path(from, narrow_from) && rtapi_compat_narrow_path(to, narrow_to) &&
         MoveFileExA(narrow_from, narrow_to, flags);
}
static inline BOOL MoveFileW(LPCWSTR from, LPCWSTR to) { return MoveFileExW(from, to, 0); }
static inline VOID rtapi_compat_widen_found(CONST WIN32_FIND_DATAA* found, LPWIN32_FIND_DATAW data) {
  memcpy(data, found, offsetof(WIN32_FIND_DATAA, cFileName));
  MultiByteToWideChar(CP_UTF8, 0, found->cFileName, -1, data->cFileName, MAX_PATH);
  data->cAlternateFileName[0] = 0;
}
static inline BOOL FindNextFileW(HANDLE search, LPWIN32_FIND_DATAW data) {
  WIN32_FIND_DATAA found;
  if (!FindNextFileA(search, &found)) return FALSE;
  rtapi_compat_widen_found(&found, data);
  return TRUE;
}
static inline HANDLE FindFirstFileW(LPCWSTR path, LPWIN32_FIND_DATAW data) {
  char narrow[4096];
  WIN32_FIND_DATAA found;
  if (!rtapi_compat_narrow_path(path, narrow)) return INVALID_HANDLE_VALUE;
  const HANDLE search = FindFirstFileA(narrow, &found);
  if (search != INVALID_HANDLE_VALUE) rtapi_compat_widen_found(&found, data);
  return search;
}

#ifdef UNICODE
typedef WIN32_FIND_DATAW WIN32_FIND_DATA, *PWIN32_FIND_DATA, *LPWIN32_FIND_DATA;
#define RemoveDirectory RemoveDirectoryW
#define GetFileAttributes GetFileAttributesW
#define MoveFile MoveFileW
#define MoveFileEx MoveFileExW
#define FindFirstFile FindFirstFileW
#define FindNextFile FindNextFileW
#else
typedef WIN32_FIND_DATAA WIN32_FIND_DATA, *PWIN32_FIND_DATA, *LPWIN32_FIND_DATA;
#define RemoveDirectory RemoveDirectoryA
#define GetFileAttributes GetFileAttributesA
#define MoveFile MoveFileA
#define MoveFileEx MoveFileExA
#define FindFirstFile FindFirstFileA
#define FindNextFile FindNextFileA
#endif

#endif
