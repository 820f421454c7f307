/** @file
 * The names in which Winsock differs from POSIX sockets.
 */
#ifndef RTAPI_COMPAT_WINSOCK2_H
#define RTAPI_COMPAT_WINSOCK2_H

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <unistd.h>

#include "rtapi_compat/sockets.h"
#include "windows.h"

typedef int SOCKET;
typedef struct sockaddr SOCKADDR;
typedef struct sockaddr_in SOCKADDR_IN;
#define INVALID_SOCKET (-1)
#define SOCKET_ERROR (-1)

typedef struct WSAData {
  WORD wVersion, wHighVersion;
} WSADATA, *LPWSADATA;

static inline int WSAStartup(WORD version, LPWSADATA data) {
  data->wVersion = data->wHighVersion = version;
  return 0;
}
static inline int WSACleanup(void) { return 0; }
/* errno, as Linux numbers it: compare with EWOULDBLOCK and its like, not with WSAE... */
static inline int WSAGetLastError(void) { return errno; }
static inline int closesocket(SOCKET socket) { return close(socket); }

#endif
