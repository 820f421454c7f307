/** @file
 * RT-TCP/IP of RTX: sockets are Linux's own, under their Winsock names. What configures the vendor's stack and its
 * drivers (Rtn... calls) is not declared: the kernel's network is configured by its own means.
 */
#ifndef RTAPI_COMPAT_RTNAPI_H
#define RTAPI_COMPAT_RTNAPI_H

#include "ws2tcpip.h"

#endif
