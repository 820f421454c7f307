/* The least a C API can cost: two calls into a shared library, each reading one thread-local variable and moving
 * one word by one compare-and-swap. What a named mutex adds to this is its own doing. */
#ifndef RTSS_BENCH_CAS_LIBRARY_H
#define RTSS_BENCH_CAS_LIBRARY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

int cas_library_take(uint64_t* word);    /* free -> this thread; 0 when it was taken */
int cas_library_release(uint64_t* word); /* this thread -> free; 0 when it was not this thread's */

#ifdef __cplusplus
}
#endif

#endif
