/** @file
 * io.h and direct.h: descriptors, paths and directories under MSVC's names. Text is never translated. Paths follow
 * files.h: a backslash counts as a slash.
 */
#ifndef RTAPI_COMPAT_CRT_FILES_H
#define RTAPI_COMPAT_CRT_FILES_H

#include <stdarg.h>

#include "windows.h"

#define _O_RDONLY O_RDONLY
#define _O_WRONLY O_WRONLY
#define _O_RDWR O_RDWR
#define _O_APPEND O_APPEND
#define _O_CREAT O_CREAT
#define _O_TRUNC O_TRUNC
#define _O_EXCL O_EXCL
#define _O_BINARY 0
#define _O_TEXT 0
#define O_BINARY 0
#define O_TEXT 0
#define _S_IREAD 0400
#define _S_IWRITE 0200

/* A path that Linux takes, or errno and -1. */
#define RTAPI_COMPAT_WITH_PATH(path, call)                             \
  char linux_path[4096];                                               \
  if (!rtapi_compat_path(path, linux_path)) return errno = ENOENT, -1; \
  return call

static inline int _access(const char* path, int mode) { RTAPI_COMPAT_WITH_PATH(path, access(linux_path, mode)); }
static inline int _unlink(const char* path) { RTAPI_COMPAT_WITH_PATH(path, unlink(linux_path)); }
static inline int _mkdir(const char* path) { RTAPI_COMPAT_WITH_PATH(path, mkdir(linux_path, 0777)); }
static inline int _rmdir(const char* path) { RTAPI_COMPAT_WITH_PATH(path, rmdir(linux_path)); }
static inline int _chdir(const char* path) { RTAPI_COMPAT_WITH_PATH(path, chdir(linux_path)); }
static inline char* _getcwd(char* buffer, int size) { return getcwd(buffer, (size_t)size); }
/* The third argument, permissions of a new file, is _S_IREAD | _S_IWRITE: every user's as the umask allows. */
static inline int _open(const char* path, int flags, ...) {
  RTAPI_COMPAT_WITH_PATH(path, open(linux_path, flags | O_CLOEXEC, 0666));
}
static inline int _close(int file) { return close(file); }
static inline int _read(int file, void* buffer, unsigned bytes) { return (int)read(file, buffer, bytes); }
static inline int _write(int file, const void* buffer, unsigned bytes) { return (int)write(file, buffer, bytes); }
static inline LONG _lseek(int file, LONG offset, int origin) { return (LONG)lseek(file, offset, origin); }
static inline long long _lseeki64(int file, long long offset, int origin) { return lseek(file, offset, origin); }
static inline long long _filelengthi64(int file) {
  struct stat status;
  return fstat(file, &status) == 0 ? (long long)status.st_size : -1;
}
static inline LONG _filelength(int file) { return (LONG)_filelengthi64(file); }
static inline int _commit(int file) { return fsync(file); }
static inline int _isatty(int file) { return isatty(file); }
static inline int _fileno(FILE* file) { return fileno(file); }

#undef RTAPI_COMPAT_WITH_PATH

#endif
