/** @file
 * The system's header. Its bit-fields of an int would take four bytes under -mms-bitfields where the protocol has one.
 */
#ifndef RTAPI_COMPAT_NETINET_IP_H
#define RTAPI_COMPAT_NETINET_IP_H

#include <netinet/in.h>
#include <sys/types.h>

#pragma push_macro("int")
#define int char
#include_next <netinet/ip.h>
#pragma pop_macro("int")

#endif
