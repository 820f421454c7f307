/** @file
 * Calls of POSIX sockets that Winsock has by the same name with other arguments. The macros take calls only.
 */
#ifndef RTAPI_COMPAT_SOCKETS_H
#define RTAPI_COMPAT_SOCKETS_H

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "rtapi_compat/types.h"

/* The argument has 32 bits in Winsock; a u_long of Linux, which has 64, is taken as well. */
static inline int rtapi_compat_ioctlsocket(int socket, long command, void* argument, size_t size) {
  int value = *(int*)argument;
  const int result = ioctl(socket, (unsigned long)command, &value);
  memset(argument, 0, size);
  memcpy(argument, &value, sizeof value);
  return result;
}

static inline BOOL rtapi_compat_has_socket(const fd_set* set) {
  fd_set none;
  FD_ZERO(&none);
  return set != NULL && memcmp(set, &none, sizeof none) != 0;
}
/* Winsock ignores the count, leaves the time-out as it is, and refuses to wait for nothing. */
static inline int rtapi_compat_select(int count, fd_set* reads, fd_set* writes, fd_set* fails,
                                      const struct timeval* timeout) {
  struct timeval left = {0, 0};
  (void)count;
  if (timeout != NULL) left = *timeout;
  if (!rtapi_compat_has_socket(reads) && !rtapi_compat_has_socket(writes) && !rtapi_compat_has_socket(fails)) {
    errno = EINVAL;
    return -1;
  }
  return select(FD_SETSIZE, reads, writes, fails, timeout == NULL ? NULL : &left);
}

static inline BOOL rtapi_compat_is_socket_timeout(int level, int name) {
  return level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO);
}
/* Time-outs are a DWORD of milliseconds; a timeval is taken as well. */
static inline int rtapi_compat_setsockopt(int socket, int level, int name, const void* value, socklen_t size) {
  if (!rtapi_compat_is_socket_timeout(level, name) || size != sizeof(DWORD) || value == NULL)
    return setsockopt(socket, level, name, value, size);
  DWORD milliseconds;
  memcpy(&milliseconds, value, sizeof milliseconds);
  const struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
  return setsockopt(socket, level, name, &time, sizeof time);
}
/* The size is an int in Winsock and a socklen_t on Linux. */
static inline int rtapi_compat_getsockopt(int socket, int level, int name, void* value, void* size) {
  struct timeval time;
  socklen_t length = sizeof time;
  if (!rtapi_compat_is_socket_timeout(level, name) || size == NULL || *(socklen_t*)size != sizeof(DWORD))
    return getsockopt(socket, level, name, value, (socklen_t*)size);
  const int result = getsockopt(socket, level, name, &time, &length);
  const DWORD milliseconds = (DWORD)(time.tv_sec * 1000 + time.tv_usec / 1000);
  if (result == 0) memcpy(value, &milliseconds, sizeof milliseconds);
  return result;
}

#define ioctlsocket(socket, command, argument) rtapi_compat_ioctlsocket(socket, command, argument, sizeof *(argument))
#define select(count, reads, writes, fails, timeout) rtapi_compat_select(count, reads, writes, fails, timeout)
#define setsockopt(socket, level, name, value, size) rtapi_compat_setsockopt(socket, level, name, value, size)
#define getsockopt(socket, level, name, value, size) rtapi_compat_getsockopt(socket, level, name, value, size)

#endif
