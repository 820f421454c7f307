// Formatting by the rules of the Microsoft C library.
#pragma once

#include <atomic>
#include <cstdarg>
#include <string>

namespace rtss::rtapi {

// Exponents, infinities and NaNs as msvcrt.dll prints them, rather than as ucrtbase.dll does.
extern std::atomic<bool> prints_as_msvcrt;

// Appends what the format asks for as UTF-8. Unit is that of the format: char, or Wide; Wide is what the program's
// wchar_t is, char16_t or char32_t.
template <typename Unit, typename Wide>
void format_to(std::string* out, const Unit* format, va_list arguments);

}  // namespace rtss::rtapi
