/** @file
 * The part of windows.h that RTSS programs use, over rtapi.h. Only for ports: nothing of it is seen by a program that
 * includes rtapi.h from the plain include directory.
 */
#ifndef RTAPI_COMPAT_WINDOWS_H
#define RTAPI_COMPAT_WINDOWS_H

#include "rtapi_compat/critical_section.h"
#include "rtapi_compat/crt.h"
#include "rtapi_compat/files.h"
#include "rtapi_compat/interlocked.h"
#include "rtapi_compat/library.h"
#include "rtapi_compat/objects.h"
#include "rtapi_compat/print.h"
#include "rtapi_compat/scan.h"
#include "rtapi_compat/threads.h"
#include "rtapi_compat/time.h"
#include "rtapi_compat/types.h"
#include "rtapi_compat/wide.h"

#endif
