/** @file
 * Files and the console, over POSIX descriptors. Paths are Linux paths; a backslash is taken as a slash. A drive letter
 * is not dropped: ERROR_PATH_NOT_FOUND says so. Share modes hold among programs that use these calls. Overlapped
 * operation is not offered.
 */
#ifndef RTAPI_COMPAT_FILES_H
#define RTAPI_COMPAT_FILES_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtapi_compat/objects.h"
#include "rtapi_compat/print.h"
#include "rtapi_compat/sharing.h"
#include "rtapi_compat/text.h"

#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define CREATE_NEW 1u
#define CREATE_ALWAYS 2u
#define OPEN_EXISTING 3u
#define OPEN_ALWAYS 4u
#define TRUNCATE_EXISTING 5u
#define FILE_ATTRIBUTE_NORMAL 0x80u
#define FILE_ATTRIBUTE_TEMPORARY 0x100u
#define FILE_FLAG_WRITE_THROUGH 0x80000000u
#define FILE_FLAG_NO_BUFFERING 0x20000000u /* a hint, as are the next two */
#define FILE_FLAG_RANDOM_ACCESS 0x10000000u
#define FILE_FLAG_SEQUENTIAL_SCAN 0x08000000u
#define FILE_FLAG_OVERLAPPED 0x40000000u /* ERROR_NOT_SUPPORTED, as is the next */
#define FILE_FLAG_DELETE_ON_CLOSE 0x04000000u
#define FILE_BEGIN 0u
#define FILE_CURRENT 1u
#define FILE_END 2u
#define INVALID_SET_FILE_POINTER 0xffffffffu
#define INVALID_FILE_SIZE 0xffffffffu
#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)

static inline BOOL rtapi_compat_done(int failed) {
  if (!failed) return TRUE;
  SetLastError(rtapi_compat_error(errno));
  return FALSE;
}

static inline BOOL rtapi_compat_path(LPCSTR path, char* linux_path) {
  const size_t length = path == NULL ? 0 : strlen(path);
  if (length == 0 || length >= 4096) {
    SetLastError(length == 0 ? ERROR_PATH_NOT_FOUND : ERROR_FILENAME_EXCED_RANGE);
    return FALSE;
  }
  for (size_t i = 0; i <= length; ++i) linux_path[i] = path[i] == '\\' ? '/' : path[i];
  return TRUE;
}

/* For a call on a path: no file by that name is one error, no directory for it another. Cuts the path off. */
static inline BOOL rtapi_compat_path_done(char* path, int failed) {
  char* const name = strrchr(path, '/');
  if (!failed || errno != ENOENT || name == NULL || name == path) return rtapi_compat_done(failed);
  *name = '\0';
  SetLastError(access(path, F_OK) == 0 ? ERROR_FILE_NOT_FOUND : ERROR_PATH_NOT_FOUND);
  return FALSE;
}

static inline HANDLE CreateFileA(LPCSTR lpFileName, DWORD dwAccess, DWORD dwShareMode, LPSECURITY_ATTRIBUTES a,
                                 DWORD dwCreation, DWORD dwFlags, HANDLE hTemplate) {
  static const int creation[] = {0, O_CREAT | O_EXCL, O_CREAT, 0, O_CREAT, 0};
  char path[4096];
  struct stat status;
  const int access = (dwAccess & GENERIC_WRITE) == 0 ? O_RDONLY : (dwAccess & GENERIC_READ) != 0 ? O_RDWR : O_WRONLY;
  const DWORD uses =
      ((dwAccess & GENERIC_READ) != 0 ? FILE_SHARE_READ : 0) | ((dwAccess & GENERIC_WRITE) != 0 ? FILE_SHARE_WRITE : 0);
  const BOOL truncates = dwCreation == CREATE_ALWAYS || dwCreation == TRUNCATE_EXISTING;
  (void)a;
  (void)hTemplate;
  if (dwCreation < CREATE_NEW || dwCreation > TRUNCATE_EXISTING) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return INVALID_HANDLE_VALUE;
  }
  if ((dwFlags & (FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE)) != 0) {
    SetLastError(ERROR_NOT_SUPPORTED);
    return INVALID_HANDLE_VALUE;
  }
  if (!rtapi_compat_path(lpFileName, path)) return INVALID_HANDLE_VALUE;
  const int existed = (dwCreation == CREATE_ALWAYS || dwCreation == OPEN_ALWAYS) && stat(path, &status) == 0;
  const int fd = open(
      path, access | creation[dwCreation] | O_CLOEXEC | ((dwFlags & FILE_FLAG_WRITE_THROUGH) != 0 ? O_SYNC : 0), 0666);
  if (!rtapi_compat_path_done(path, fd < 0)) return INVALID_HANDLE_VALUE;
  const mode_t kind = fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
  DWORD error = 0;
  if (kind == S_IFDIR) error = ERROR_ACCESS_DENIED;
  if (kind == S_IFREG && uses != 0 && !rtapi_compat_share(fd, uses, dwShareMode)) error = ERROR_SHARING_VIOLATION;
  if (kind == S_IFREG && error == 0 && truncates && status.st_size != 0 && truncate(path, 0) != 0)
    error = rtapi_compat_error(errno);
  if (error != 0) {
    close(fd);
    SetLastError(error);
    return INVALID_HANDLE_VALUE;
  }
  SetLastError(existed ? ERROR_ALREADY_EXISTS : 0);
  return rtapi_compat_file(fd);
}
static inline HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwAccess, DWORD dwShareMode, LPSECURITY_ATTRIBUTES a,
                                 DWORD dwCreation, DWORD dwFlags, HANDLE hTemplate) {
  char path[4096];
  if (lpFileName != NULL && rtapi_compat_utf8(lpFileName, path, sizeof path)) {
    return CreateFileA(path, dwAccess, dwShareMode, a, dwCreation, dwFlags, hTemplate);
  }
  SetLastError(ERROR_INVALID_NAME);
  return INVALID_HANDLE_VALUE;
}

static inline BOOL rtapi_compat_check_file(HANDLE handle) {
  if (rtapi_compat_is_file(handle)) return TRUE;
  SetLastError(ERROR_INVALID_HANDLE);
  return FALSE;
}

/* A descriptor that is open, but not for this, is EBADF, too. */
static inline BOOL rtapi_compat_transferred(HANDLE handle, int failed) {
  if (failed && errno == EBADF && fcntl(rtapi_compat_descriptor(handle), F_GETFL) != -1) errno = EACCES;
  return rtapi_compat_done(failed);
}

static inline BOOL ReadFile(HANDLE hFile, LPVOID buffer, DWORD bytes, LPDWORD lpRead, LPOVERLAPPED overlapped) {
  (void)overlapped;
  if (lpRead != NULL) *lpRead = 0;
  if (!rtapi_compat_check_file(hFile)) return FALSE;
  const ssize_t got = read(rtapi_compat_descriptor(hFile), buffer, bytes);
  if (got >= 0 && lpRead != NULL) *lpRead = (DWORD)got;
  return rtapi_compat_transferred(hFile, got < 0);
}
static inline BOOL WriteFile(HANDLE hFile, LPCVOID buffer, DWORD bytes, LPDWORD lpWritten, LPOVERLAPPED overlapped) {
  DWORD written = 0;
  (void)overlapped;
  if (lpWritten != NULL) *lpWritten = 0;
  if (!rtapi_compat_check_file(hFile)) return FALSE;
  while (written < bytes) {
    const ssize_t put = write(rtapi_compat_descriptor(hFile), (const char*)buffer + written, bytes - written);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) break;
    written += (DWORD)put;
  }
  if (lpWritten != NULL) *lpWritten = written;
  return rtapi_compat_transferred(hFile, written < bytes);
}
static inline DWORD SetFilePointer(HANDLE hFile, LONG low, PLONG high, DWORD method) {
  static const int whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  const LONGLONG distance = high == NULL ? low : (LONGLONG)(((ULONGLONG)(DWORD)*high << 32) | (DWORD)low);
  if (!rtapi_compat_check_file(hFile)) return INVALID_SET_FILE_POINTER;
  if (method > FILE_END) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return INVALID_SET_FILE_POINTER;
  }
  const off_t at = lseek(rtapi_compat_descriptor(hFile), (off_t)distance, whence[method]);
  if (at < 0) {
    SetLastError(errno == EINVAL ? ERROR_NEGATIVE_SEEK : rtapi_compat_error(errno));
    return INVALID_SET_FILE_POINTER;
  }
  if (high != NULL) *high = (LONG)((ULONGLONG)at >> 32);
  if ((DWORD)at == INVALID_SET_FILE_POINTER) SetLastError(0);
  return (DWORD)at;
}
static inline DWORD GetFileSize(HANDLE hFile, LPDWORD high) {
  struct stat status;
  if (!rtapi_compat_check_file(hFile)) return INVALID_FILE_SIZE;
  if (!rtapi_compat_done(fstat(rtapi_compat_descriptor(hFile), &status) != 0)) return INVALID_FILE_SIZE;
  if (high != NULL) *high = (DWORD)((ULONGLONG)status.st_size >> 32);
  if ((DWORD)status.st_size == INVALID_FILE_SIZE) SetLastError(0);
  return (DWORD)status.st_size;
}
static inline BOOL FlushFileBuffers(HANDLE hFile) {
  return rtapi_compat_check_file(hFile) && rtapi_compat_done(fsync(rtapi_compat_descriptor(hFile)) != 0);
}
static inline BOOL DeleteFileA(LPCSTR lpFileName) {
  char path[4096];
  if (!rtapi_compat_path(lpFileName, path)) return FALSE;
  if (rtapi_compat_may_delete(path)) return rtapi_compat_path_done(path, unlink(path) != 0);
  SetLastError(ERROR_SHARING_VIOLATION);
  return FALSE;
}
static inline BOOL CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES a) {
  char path[4096];
  (void)a;
  if (!rtapi_compat_path(lpPathName, path)) return FALSE;
  const int failed = mkdir(path, 0777) != 0;
  if (!failed || errno != EEXIST) return rtapi_compat_path_done(path, failed);
  SetLastError(ERROR_ALREADY_EXISTS);
  return FALSE;
}
static inline BOOL DeleteFileW(LPCWSTR lpFileName) {
  char path[4096];
  if (lpFileName != NULL && rtapi_compat_utf8(lpFileName, path, sizeof path)) return DeleteFileA(path);
  SetLastError(ERROR_INVALID_NAME);
  return FALSE;
}
static inline BOOL CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES a) {
  char path[4096];
  if (lpPathName != NULL && rtapi_compat_utf8(lpPathName, path, sizeof path)) return CreateDirectoryA(path, a);
  SetLastError(ERROR_INVALID_NAME);
  return FALSE;
}
static inline HANDLE GetStdHandle(DWORD which) {
  const DWORD fd = (DWORD)-10 - which;
  if (fd <= 2) return rtapi_compat_file((int)fd);
  SetLastError(ERROR_INVALID_HANDLE);
  return INVALID_HANDLE_VALUE;
}
static inline BOOL WriteConsoleA(HANDLE hConsole, LPCVOID buffer, DWORD bytes, LPDWORD lpWritten, LPVOID reserved) {
  (void)reserved;
  return WriteFile(hConsole, buffer, bytes, lpWritten, NULL);
}
/* As UTF-8. */
static inline BOOL WriteConsoleW(HANDLE hConsole, LPCVOID buffer, DWORD characters, LPDWORD lpWritten,
                                 LPVOID reserved) {
  const size_t size = (size_t)characters * 4 + 1;
  char* const text = (char*)malloc(size);
  const int bytes = text == NULL ? -1 : snprintf(text, size, "%.*ls", (int)characters, (LPCWSTR)buffer);
  if (bytes < 0) SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  const BOOL written = bytes >= 0 && WriteConsoleA(hConsole, text, (DWORD)bytes, NULL, reserved);
  if (lpWritten != NULL) *lpWritten = written ? characters : 0;
  free(text);
  return written;
}

#ifdef UNICODE
#define CreateFile CreateFileW
#define DeleteFile DeleteFileW
#define CreateDirectory CreateDirectoryW
#define WriteConsole WriteConsoleW
#else
#define CreateFile CreateFileA
#define DeleteFile DeleteFileA
#define CreateDirectory CreateDirectoryA
#define WriteConsole WriteConsoleA
#endif

static inline FILE* rtapi_compat_fopen(const char* path, const char* mode) {
  char linux_path[4096];
  if (path != NULL && rtapi_compat_path(path, linux_path)) return fopen(linux_path, mode);
  errno = path == NULL ? EINVAL : *path == '\0' ? ENOENT : ENAMETOOLONG;
  return NULL;
}
#ifdef __cplusplus
namespace std { /* for std::fopen(...) */
using ::rtapi_compat_fopen;
}
#endif
#define fopen(path, mode) rtapi_compat_fopen(path, mode)

/* Other names for the same, as in RTX. */
#undef RtWriteConsole
#define RtGetStdHandle GetStdHandle
#define RtWriteConsole WriteConsole
#define RtWriteConsoleA WriteConsoleA

#endif
