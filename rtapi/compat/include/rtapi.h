/** @file
 * For ports: the API with the Windows types that its users expect around it.
 */
#ifndef RTAPI_COMPAT_RTAPI_H
#define RTAPI_COMPAT_RTAPI_H

#include "windows.h"

#endif
