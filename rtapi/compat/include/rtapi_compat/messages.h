/** @file
 * Texts of errors, and text for a debugger, which goes to standard error here.
 */
#ifndef RTAPI_COMPAT_MESSAGES_H
#define RTAPI_COMPAT_MESSAGES_H

#include "rtapi_compat/memory.h"
#include "rtapi_compat/strings_s.h"
#include "rtapi_compat/unicode.h"

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x100u
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x200u
#define FORMAT_MESSAGE_FROM_STRING 0x400u
#define FORMAT_MESSAGE_FROM_HMODULE 0x800u
#define FORMAT_MESSAGE_FROM_SYSTEM 0x1000u
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x2000u
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0xffu
#define LANG_NEUTRAL 0
#define SUBLANG_NEUTRAL 0
#define SUBLANG_DEFAULT 1
#define LANG_ENGLISH 9
#define SUBLANG_ENGLISH_US 1
#define MAKELANGID(primary, sub) ((WORD)(((WORD)(sub) << 10) | (WORD)(primary)))
#define ERROR_MR_MID_NOT_FOUND 317u

/* NULL for a code without a text. */
RTSS_BEGIN_DECLS
LPCSTR rtapi_compat_message(DWORD code);
RTSS_END_DECLS

/* The system's text in English, with the line's end that Windows has, unless the flags ask for one line. Of the other
 * sources only FORMAT_MESSAGE_FROM_STRING is offered, without inserts. */
static inline DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD code, DWORD language, LPSTR buffer, DWORD size,
                                   va_list* arguments) {
  const int from_text = (flags & FORMAT_MESSAGE_FROM_STRING) != 0;
  const char* const text = from_text ? (const char*)source : rtapi_compat_message(code);
  const char* const end = from_text || (flags & FORMAT_MESSAGE_MAX_WIDTH_MASK) != 0 ? " " : "\r\n";
  (void)language;
  (void)arguments;
  if ((flags & (FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_FROM_SYSTEM)) == 0 || buffer == NULL) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return 0;
  }
  if (text == NULL) {
    SetLastError(ERROR_MR_MID_NOT_FOUND);
    return 0;
  }
  const size_t length = strlen(text) + (from_text ? 0 : strlen(end));
  if ((flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0) {
    size = size > length ? size : (DWORD)length + 1;
    LPSTR const memory = (LPSTR)LocalAlloc(LPTR, size);
    if (memory == NULL) return 0;
    memcpy(buffer, &memory, sizeof memory);
    buffer = memory;
  }
  if (length >= size) {
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return 0;
  }
  memcpy(buffer, text, strlen(text));
  memcpy(buffer + strlen(text), end, length - strlen(text));
  buffer[length] = '\0';
  return (DWORD)length;
}
static inline DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD code, DWORD language, LPWSTR buffer, DWORD size,
                                   va_list* arguments) {
  char text[512], narrow[512];
  if ((flags & FORMAT_MESSAGE_FROM_STRING) != 0 &&
      WideCharToMultiByte(CP_UTF8, 0, (LPCWSTR)source, -1, text, sizeof text, NULL, NULL) == 0) {
    return 0;
  }
  const DWORD length = FormatMessageA(flags & ~FORMAT_MESSAGE_ALLOCATE_BUFFER, text, code, language,
                                      buffer == NULL ? NULL : narrow, sizeof narrow, arguments);
  if (length == 0) return 0;
  const int units = MultiByteToWideChar(CP_UTF8, 0, narrow, -1, NULL, 0);
  if ((flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) != 0) {
    size = (int)size > units ? size : (DWORD)units;
    LPWSTR const memory = (LPWSTR)LocalAlloc(LPTR, size * sizeof(WCHAR));
    if (memory == NULL) return 0;
    memcpy(buffer, &memory, sizeof memory);
    buffer = memory;
  }
  return MultiByteToWideChar(CP_UTF8, 0, narrow, -1, buffer, (int)size) == 0 ? 0 : (DWORD)units - 1;
}

static inline VOID OutputDebugStringA(LPCSTR text) {
  if (text != NULL) fputs(text, stderr);
}
static inline VOID OutputDebugStringW(LPCWSTR text) {
  if (text != NULL) rtapi_compat_fprintf(stderr, "%ls", text);
}

#ifdef UNICODE
#define FormatMessage FormatMessageW
#define OutputDebugString OutputDebugStringW
#else
#define FormatMessage FormatMessageA
#define OutputDebugString OutputDebugStringA
#endif

#endif
