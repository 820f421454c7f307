/** @file
 * Debugging of MSVC's heap: the names, without effect. valgrind and -fsanitize=address do this work here.
 */
#ifndef RTAPI_COMPAT_CRTDBG_H
#define RTAPI_COMPAT_CRTDBG_H

#include <assert.h>

#define _CRTDBG_ALLOC_MEM_DF 1
#define _CRTDBG_LEAK_CHECK_DF 32
#define _CRTDBG_REPORT_FLAG (-1)
#define _CrtSetDbgFlag(flag) (0)
#define _CrtDumpMemoryLeaks() (0)
#define _CrtCheckMemory() (1)
#define _ASSERT(expression) assert(expression)
#define _ASSERTE(expression) assert(expression)

#endif
