/** @file
 * The program's own scanf family, with the widths of MSVC: %ld stores 32 bits, %I64d and %Id 64, %Lf a double. Text
 * that does not fit into the size given to an _s call ends it. The macros take calls only.
 */
#ifndef RTAPI_COMPAT_SCAN_H
#define RTAPI_COMPAT_SCAN_H

#include "rtapi_compat/scan_engine.h"
#include "rtapi_compat/types.h"

static inline int rtapi_compat_scan_with(FILE* file, const void* text, const void* format, int is_wide, int is_sized,
                                         va_list arguments) {
  const rtapi_compat_scan_call call = {file, text, format, sizeof(wchar_t), is_wide, is_sized};
  rtapi_compat_arguments own;
  va_copy(own.list, arguments);
  const int stored = rtapi_compat_scan(&call, &own);
  va_end(own.list);
  return stored;
}
static inline int rtapi_compat_vfscanf(FILE* file, const char* format, va_list arguments) {
  return rtapi_compat_scan_with(file, NULL, format, 0, 0, arguments);
}
static inline int rtapi_compat_vsscanf(const char* text, const char* format, va_list arguments) {
  return rtapi_compat_scan_with(NULL, text, format, 0, 0, arguments);
}

#define RTAPI_COMPAT_SCAN(name, source, unit, file, text, is_wide, is_sized)                     \
  static inline int name(source, const unit* format, ...) {                                      \
    va_list arguments;                                                                           \
    va_start(arguments, format);                                                                 \
    const int stored = rtapi_compat_scan_with(file, text, format, is_wide, is_sized, arguments); \
    va_end(arguments);                                                                           \
    return stored;                                                                               \
  }
RTAPI_COMPAT_SCAN(rtapi_compat_fscanf, FILE* file, char, file, NULL, 0, 0)
RTAPI_COMPAT_SCAN(rtapi_compat_sscanf, const char* text, char, NULL, text, 0, 0)
RTAPI_COMPAT_SCAN(rtapi_compat_swscanf, const wchar_t* text, wchar_t, NULL, text, 1, 0)
RTAPI_COMPAT_SCAN(rtapi_compat_fscanf_s, FILE* file, char, file, NULL, 0, 1)
RTAPI_COMPAT_SCAN(rtapi_compat_sscanf_s, const char* text, char, NULL, text, 0, 1)
RTAPI_COMPAT_SCAN(rtapi_compat_swscanf_s, const wchar_t* text, wchar_t, NULL, text, 1, 1)
#undef RTAPI_COMPAT_SCAN

#ifdef __cplusplus
namespace std { /* for std::sscanf(...) */
using ::rtapi_compat_fscanf;
using ::rtapi_compat_sscanf;
using ::rtapi_compat_swscanf;
using ::rtapi_compat_vfscanf;
using ::rtapi_compat_vsscanf;
}  // namespace std
#endif

#define scanf(...) rtapi_compat_fscanf(stdin, __VA_ARGS__)
#define fscanf(...) rtapi_compat_fscanf(__VA_ARGS__)
#define sscanf(...) rtapi_compat_sscanf(__VA_ARGS__)
#define swscanf(...) rtapi_compat_swscanf(__VA_ARGS__)
#define vfscanf(...) rtapi_compat_vfscanf(__VA_ARGS__)
#define vsscanf(...) rtapi_compat_vsscanf(__VA_ARGS__)
#define scanf_s(...) rtapi_compat_fscanf_s(stdin, __VA_ARGS__)
#define fscanf_s(...) rtapi_compat_fscanf_s(__VA_ARGS__)
#define sscanf_s(...) rtapi_compat_sscanf_s(__VA_ARGS__)
#define swscanf_s(...) rtapi_compat_swscanf_s(__VA_ARGS__)

#endif
