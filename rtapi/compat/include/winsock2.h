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

#include "rtapi_compat/socket_errors.h"
#include "rtapi_compat/sockets.h"
#include "windows.h"

typedef int SOCKET;
typedef struct sockaddr SOCKADDR, *PSOCKADDR, *LPSOCKADDR;
typedef struct sockaddr_in SOCKADDR_IN, *PSOCKADDR_IN, *LPSOCKADDR_IN;
typedef struct sockaddr_storage SOCKADDR_STORAGE, *PSOCKADDR_STORAGE;
typedef struct in_addr IN_ADDR, *PIN_ADDR;
typedef struct hostent HOSTENT, *PHOSTENT, *LPHOSTENT;
typedef struct addrinfo ADDRINFOA, *PADDRINFOA;
typedef struct timeval TIMEVAL, *PTIMEVAL;
typedef fd_set FD_SET;
#define SD_RECEIVE SHUT_RD
#define SD_SEND SHUT_WR
#define SD_BOTH SHUT_RDWR
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
/* Of the latest call on a socket that failed: WSAE..., by Windows's numbers. */
static inline int WSAGetLastError(void) { return rtapi_compat_socket_error(errno); }
static inline void WSASetLastError(int error) { errno = error; }
static inline int closesocket(SOCKET socket) { return close(socket); }

#endif
