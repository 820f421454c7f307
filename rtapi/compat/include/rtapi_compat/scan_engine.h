/** @file
 * What the scanf family of scan.h calls: a function of librtapi_main, apart from the program's own headers.
 */
#ifndef RTAPI_COMPAT_SCAN_ENGINE_H
#define RTAPI_COMPAT_SCAN_ENGINE_H

#include <stdarg.h>
#include <stddef.h>
#ifdef __cplusplus
#include <cstdio> /* undefines what scan.h defines */
#else
#include <stdio.h>
#endif

typedef struct {
  FILE* file; /* or text */
  const void* text;
  const void* format;
  size_t wide_unit; /* sizeof(wchar_t) */
  int is_wide;      /* text and format */
  int is_sized;     /* a size follows each pointer to text */
} rtapi_compat_scan_call;

/* A va_list that can be passed on by its address. */
typedef struct {
  va_list list;
} rtapi_compat_arguments;

#ifdef __cplusplus
extern "C"
#endif
    int
    rtapi_compat_scan(const rtapi_compat_scan_call* call, rtapi_compat_arguments* arguments);

#endif
