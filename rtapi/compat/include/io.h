/** @file
 * Low-level files of MSVC's library, over POSIX descriptors. Paths follow files.h: a backslash counts as a slash.
 */
#ifndef RTAPI_COMPAT_IO_H
#define RTAPI_COMPAT_IO_H

#include "rtapi_compat/crt_files.h"

#endif
