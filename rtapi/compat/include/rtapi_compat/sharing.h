/** @file
 * Share modes of files opened by CreateFile: what each of them does with the file and what it denies to others, kept as
 * locks of its open file description on bytes far behind any contents. They end with the descriptor, however its
 * process ends. Programs that open the file by other calls are neither held back nor noticed.
 */
#ifndef RTAPI_COMPAT_SHARING_H
#define RTAPI_COMPAT_SHARING_H

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "rtapi_compat/types.h"

#define FILE_SHARE_READ 1u
#define FILE_SHARE_WRITE 2u
#define FILE_SHARE_DELETE 4u
#define ERROR_SHARING_VIOLATION 32u

/* Each right, one of those three bits, has a span of bytes for its use and one for its denial. */
#define RTAPI_COMPAT_SPAN ((off_t)1 << 16)
#define RTAPI_COMPAT_SPANS ((off_t)1 << (sizeof(off_t) * 8 - 2))
#define RTAPI_COMPAT_OFD_GETLK 36 /* F_OFD_GETLK and F_OFD_SETLK, which need _GNU_SOURCE */
#define RTAPI_COMPAT_OFD_SETLK 37

static inline struct flock rtapi_compat_span(short type, DWORD right, BOOL is_denial) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = RTAPI_COMPAT_SPANS + (off_t)(2 * right + (is_denial ? 1u : 0u)) * RTAPI_COMPAT_SPAN;
  lock.l_len = RTAPI_COMPAT_SPAN;
  return lock;
}
/* Whether another description claims it. */
static inline BOOL rtapi_compat_is_claimed(int fd, DWORD right, BOOL is_denial) {
  struct flock lock = rtapi_compat_span(F_WRLCK, right, is_denial);
  return fcntl(fd, RTAPI_COMPAT_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}
/* A description that reads shares the span's first byte. One that only writes cannot, and takes another byte alone. */
static inline BOOL rtapi_compat_claim(int fd, BOOL reads, DWORD right, BOOL is_denial) {
  struct flock lock = rtapi_compat_span(reads ? F_RDLCK : F_WRLCK, right, is_denial);
  lock.l_len = 1;
  if (reads) return fcntl(fd, RTAPI_COMPAT_OFD_SETLK, &lock) == 0;
  for (off_t i = 1; i < RTAPI_COMPAT_SPAN; ++i) {
    ++lock.l_start;
    if (fcntl(fd, RTAPI_COMPAT_OFD_SETLK, &lock) == 0) return TRUE;
    if (errno != EAGAIN && errno != EACCES) return FALSE;
  }
  return FALSE;
}
static inline BOOL rtapi_compat_claim_all(int fd, DWORD uses, DWORD denies) {
  const BOOL reads = (uses & FILE_SHARE_READ) != 0;
  for (DWORD right = FILE_SHARE_READ; right <= FILE_SHARE_DELETE; right *= 2) {
    if ((uses & right) != 0 && !rtapi_compat_claim(fd, reads, right, FALSE)) return FALSE;
    if ((denies & right) != 0 && !rtapi_compat_claim(fd, reads, right, TRUE)) return FALSE;
  }
  return TRUE;
}
static inline BOOL rtapi_compat_is_opposed(int fd, DWORD uses, DWORD denies) {
  for (DWORD right = FILE_SHARE_READ; right <= FILE_SHARE_DELETE; right *= 2) {
    if ((uses & right) != 0 && rtapi_compat_is_claimed(fd, right, TRUE)) return TRUE;
    if ((denies & right) != 0 && rtapi_compat_is_claimed(fd, right, FALSE)) return TRUE;
  }
  return FALSE;
}

/* Claims for a descriptor that was just opened. FALSE: another one is in the way. Two that open at the same moment see
 * each other's claims, so each withdraws and tries again, after a pause of its own. */
static inline BOOL rtapi_compat_share(int fd, DWORD uses, DWORD share) {
  const DWORD denies = ~share & (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
  for (int tries = 0; tries < 5; ++tries) {
    const BOOL claimed = rtapi_compat_claim_all(fd, uses, denies);
    if (claimed && !rtapi_compat_is_opposed(fd, uses, denies)) return TRUE;
    if (!claimed && errno != EAGAIN && errno != EACCES) return TRUE; /* a file system without such locks */
    struct flock all = rtapi_compat_span(F_UNLCK, 0, FALSE);
    all.l_len = 0;
    fcntl(fd, RTAPI_COMPAT_OFD_SETLK, &all);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    usleep((useconds_t)(now.tv_nsec % 1000));
  }
  return FALSE;
}
/* Whether a file may be deleted. One that cannot be opened is not known to be in use. */
static inline BOOL rtapi_compat_may_delete(const char* path) {
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) fd = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return TRUE;
  const BOOL denied = rtapi_compat_is_claimed(fd, FILE_SHARE_DELETE, TRUE);
  close(fd);
  return !denied;
}

#endif
