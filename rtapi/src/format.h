// Formatting by the rules of the Microsoft C library.
#pragma once

#include <cstdarg>
#include <string>

namespace rtss::rtapi {

// Appends what the format asks for as UTF-8. Unit is that of the format: char, or Wide; Wide is what the program's
// wchar_t is, char16_t or char32_t.
template <typename Unit, typename Wide>
void format_to(std::string* out, const Unit* format, va_list arguments);

}  // namespace rtss::rtapi
