#include <rtapi/console.h>
#include <rtapi/error.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include "rtapi/src/format.h"
#include "rtapi/src/named.h"
#include "rtapi/src/translate.h"
#include "runtime/life/attach.h"

namespace rtss::rtapi {
namespace {

constexpr int kFailed = -1;

int as_result(std::size_t count) {
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  return static_cast<int>(count < kMost ? count : kMost);
}

template <typename Unit, typename Wide>
bool format_all(std::string* text, const Unit* format, va_list arguments) {
  if (format == nullptr) return false;
  try {
    format_to<Unit, Wide>(text, format, arguments);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// A thread stopped in here would keep the C library's locks.
template <typename Unit, typename Wide>
int print(const Unit* format, va_list arguments) {
  const runtime::InLibrary guard(runtime::self_state);
  std::string text;
  if (!format_all<Unit, Wide>(&text, format, arguments)) return kFailed;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? as_result(text.size()) : kFailed;
}

template <typename Wide>
int print_to(char* buffer, std::size_t capacity, const char* format, va_list arguments) {
  const runtime::InLibrary guard(runtime::self_state);
  std::string text;
  if (!format_all<char, Wide>(&text, format, arguments)) return kFailed;
  if (capacity != 0) {
    const std::size_t copied = std::min(text.size(), capacity - 1);
    std::memcpy(buffer, text.data(), copied);
    buffer[copied] = '\0';
  }
  return as_result(text.size());
}

// UTF-8 that this library made, or bytes that the program passed through it.
char32_t next_character(const char*& at, const char* end) {
  const auto first = static_cast<std::uint8_t>(*at++);
  const int more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (more == 0 || end - at < more) return first;
  char32_t character = first & (0x3FU >> more);
  const char* ahead = at;
  for (int i = 0; i < more; ++i, ++ahead) {
    const auto byte = static_cast<std::uint8_t>(*ahead);
    if ((byte & 0xC0) != 0x80) return first;
    character = character << 6 | (byte & 0x3FU);
  }
  at = ahead;
  return character;
}

template <typename Wide>
std::basic_string<Wide> widen(const std::string& text) {
  std::basic_string<Wide> wide;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const char32_t character = next_character(at, end);
    if (sizeof(Wide) == 2 && character > 0xFFFF) {
      wide.push_back(static_cast<Wide>(0xD800 + ((character - 0x10000) >> 10)));
      wide.push_back(static_cast<Wide>(0xDC00 + ((character - 0x10000) & 0x3FF)));
    } else {
      wide.push_back(static_cast<Wide>(character));
    }
  }
  return wide;
}

template <typename Wide>
int print_wide_to(Wide* buffer, std::size_t capacity, const Wide* format, va_list arguments) {
  const runtime::InLibrary guard(runtime::self_state);
  std::string text;
  if (!format_all<Wide, Wide>(&text, format, arguments)) return kFailed;
  const std::basic_string<Wide> wide = widen<Wide>(text);
  if (capacity != 0) {
    const std::size_t copied = std::min(wide.size(), capacity - 1);
    std::copy_n(wide.data(), copied, buffer);
    buffer[copied] = 0;
  }
  return as_result(wide.size());
}

template <typename Unit>
INT to_integer(const Unit* text) {
  if (text == nullptr) return 0;
  while (*text == ' ' || (*text >= '\t' && *text <= '\r')) ++text;
  const bool negative = *text == '-';
  if (*text == '-' || *text == '+') ++text;
  constexpr LONGLONG kMax = std::numeric_limits<INT>::max();
  const LONGLONG most = negative ? kMax + 1 : kMax;
  LONGLONG value = 0;
  for (; *text >= '0' && *text <= '9'; ++text) value = std::min<LONGLONG>(value * 10 + (*text - '0'), most);
  return static_cast<INT>(negative ? -value : value);
}

// 0 for what is not for writing.
int descriptor_of(HANDLE console) {
  const auto number = static_cast<DWORD>(reinterpret_cast<std::uintptr_t>(console));
  if (number == STD_OUTPUT_HANDLE) return STDOUT_FILENO;
  return number == STD_ERROR_HANDLE ? STDERR_FILENO : 0;
}

BOOL check_event(ULONG kind, const void* data, ULONG size) {
  DWORD error = ERROR_SUCCESS;
  if (kind > RTSS_TRACE_KIND_MAX)
    error = ERROR_INVALID_FUNCTION;
  else if (size > RTSS_TRACE_BYTES_MAX)
    error = ERROR_BUFFER_OVERFLOW;
  else if (data == nullptr && size != 0)
    error = ERROR_INVALID_PARAMETER;
  if (error == ERROR_SUCCESS) return TRUE;
  last_error = error;
  return FALSE;
}

}  // namespace

// The two kinds of wide text under the names that the public header binds to the program's wchar_t.
extern "C" {
int printf_w16(const char* format, ...) RTAPI_EXPORT_AS("RtPrintf");
int printf_w32(const char* format, ...) RTAPI_EXPORT_AS("RtPrintf32");
int wprintf_w16(const char16_t* format, ...) RTAPI_EXPORT_AS("RtWprintf");
int wprintf_w32(const char32_t* format, ...) RTAPI_EXPORT_AS("RtWprintf32");
int vsnprintf_w16(char* buffer, std::size_t capacity, const char* format, va_list arguments)
    RTAPI_EXPORT_AS("RtssVsnprintf");
int vsnprintf_w32(char* buffer, std::size_t capacity, const char* format, va_list arguments)
    RTAPI_EXPORT_AS("RtssVsnprintf32");
int vsnwprintf_w16(char16_t* buffer, std::size_t capacity, const char16_t* format, va_list arguments)
    RTAPI_EXPORT_AS("RtssVsnwprintf");
int vsnwprintf_w32(char32_t* buffer, std::size_t capacity, const char32_t* format, va_list arguments)
    RTAPI_EXPORT_AS("RtssVsnwprintf32");
INT wtoi_w16(const char16_t* text) RTAPI_EXPORT_AS("RtWtoi");
INT wtoi_w32(const char32_t* text) RTAPI_EXPORT_AS("RtWtoi32");
}

int printf_w16(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = print<char, char16_t>(format, arguments);
  va_end(arguments);
  return result;
}

int printf_w32(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = print<char, char32_t>(format, arguments);
  va_end(arguments);
  return result;
}

int wprintf_w16(const char16_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = print<char16_t, char16_t>(format, arguments);
  va_end(arguments);
  return result;
}

int wprintf_w32(const char32_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = print<char32_t, char32_t>(format, arguments);
  va_end(arguments);
  return result;
}

int vsnprintf_w16(char* buffer, std::size_t capacity, const char* format, va_list arguments) {
  return print_to<char16_t>(buffer, capacity, format, arguments);
}
int vsnprintf_w32(char* buffer, std::size_t capacity, const char* format, va_list arguments) {
  return print_to<char32_t>(buffer, capacity, format, arguments);
}
int vsnwprintf_w16(char16_t* buffer, std::size_t capacity, const char16_t* format, va_list arguments) {
  return print_wide_to(buffer, capacity, format, arguments);
}
int vsnwprintf_w32(char32_t* buffer, std::size_t capacity, const char32_t* format, va_list arguments) {
  return print_wide_to(buffer, capacity, format, arguments);
}

INT wtoi_w16(const char16_t* text) { return to_integer(text); }
INT wtoi_w32(const char32_t* text) { return to_integer(text); }

}  // namespace rtss::rtapi

using namespace rtss;

VOID RtssPrintAsMsvcrt(BOOL bMsvcrt) { rtapi::prints_as_msvcrt = bMsvcrt != FALSE; }

INT RtAtoi(LPCSTR lpText) { return rtapi::to_integer(lpText); }

HANDLE RtGetStdHandle(DWORD nStdHandle) {
  if (nStdHandle >= STD_ERROR_HANDLE && nStdHandle <= STD_INPUT_HANDLE) {
    return reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(nStdHandle));  // NOLINT(performance-no-int-to-ptr)
  }
  rtapi::win32_result(runtime::Status::kInvalidHandle);
  return nullptr;
}

BOOL RtWriteConsoleA(HANDLE hConsole, CONST VOID* lpBuffer, DWORD nBytes, LPDWORD lpWritten, LPVOID) {
  const int descriptor = rtapi::descriptor_of(hConsole);
  if (descriptor == 0) return rtapi::win32_result(runtime::Status::kInvalidHandle);
  if (lpBuffer == nullptr) return rtapi::win32_result(runtime::Status::kInvalidParameter);
  DWORD written = 0;
  while (written < nBytes) {
    const ssize_t count = write(descriptor, static_cast<const char*>(lpBuffer) + written, nBytes - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    written += static_cast<DWORD>(count);
  }
  if (lpWritten != nullptr) *lpWritten = written;
  return rtapi::win32_result(written == nBytes ? runtime::Status::kOk : runtime::Status::kAccessDenied);
}

BOOL RtGenerateEvent(ULONG Kind, PVOID pData, ULONG Size) { return rtapi::check_event(Kind, pData, Size); }
BOOL RtTraceEvent(ULONG Kind, PVOID pData, ULONG Size) { return rtapi::check_event(Kind, pData, Size); }
BOOL RtMonitorControl(RTX64_MONITOR_CONTROL_OP, void*, size_t) {
  return rtapi::win32_result(runtime::Status::kNotSupported);
}
BOOL RtMonitorChangeState(RTX64_MONITOR_CONTROL_OP) { return rtapi::win32_result(runtime::Status::kNotSupported); }
