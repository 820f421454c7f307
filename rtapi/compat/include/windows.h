/** @file
 * The part of windows.h that RTSS programs use, over rtapi.h. Only for ports: nothing of it is seen by a program that
 * includes rtapi.h from the plain include directory.
 */
#ifndef RTAPI_COMPAT_WINDOWS_H
#define RTAPI_COMPAT_WINDOWS_H

#if !defined __cplusplus && (defined __STRICT_ANSI__ || !defined __STDC_VERSION__ || __STDC_VERSION__ < 199901L)
#error "rtapi-compat: build C with -std=gnu99, -std=gnu11 or -std=gnu17: strict and older C lack what this needs"
#include "-std=gnu11" /* there is no such file: the compiler goes no further */
#elif defined __cplusplus && __cplusplus < 201103L
#error "rtapi-compat: build C++ with -std=gnu++11 or later"
#include "-std=gnu++11"
#endif

#include "rtapi_compat/bits.h"
#include "rtapi_compat/console_control.h"
#include "rtapi_compat/critical_section.h"
#include "rtapi_compat/crt.h"
#include "rtapi_compat/directories.h"
#include "rtapi_compat/event_log.h"
#include "rtapi_compat/exceptions.h"
#include "rtapi_compat/file_sizes.h"
#include "rtapi_compat/files.h"
#include "rtapi_compat/interlocked.h"
#include "rtapi_compat/library.h"
#include "rtapi_compat/memory.h"
#include "rtapi_compat/messages.h"
#include "rtapi_compat/numbers.h"
#include "rtapi_compat/objects.h"
#include "rtapi_compat/print.h"
#include "rtapi_compat/processes.h"
#include "rtapi_compat/ranges.h"
#include "rtapi_compat/scan.h"
#include "rtapi_compat/strings_s.h"
#include "rtapi_compat/system.h"
#include "rtapi_compat/threads.h"
#include "rtapi_compat/time.h"
#include "rtapi_compat/types.h"
#include "rtapi_compat/unicode.h"
#include "rtapi_compat/wide.h"

#endif
