/** @file
 * MSVC's intrinsics. On x86 its names for vectors and the time stamp counter are the compiler's own x86intrin.h.
 */
#ifndef RTAPI_COMPAT_INTRIN_H
#define RTAPI_COMPAT_INTRIN_H

#if defined __x86_64__ || defined __i386__
#include <x86intrin.h>
#endif

#include "rtapi_compat/bits.h"

#endif
