/** @file
 * Directories of MSVC's library. Paths follow files.h: a backslash counts as a slash.
 */
#ifndef RTAPI_COMPAT_DIRECT_H
#define RTAPI_COMPAT_DIRECT_H

#include "rtapi_compat/crt_files.h"

#endif
