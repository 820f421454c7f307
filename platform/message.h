// The two ways the library speaks outside a return code. Both write one line to standard error and allocate nothing.
#pragma once

namespace rtss::platform {

__attribute__((format(printf, 1, 2))) void warn(const char* format, ...) noexcept;
[[noreturn]] void fatal(const char* broken_invariant) noexcept;  // a bug of ours, or an impossible platform

}  // namespace rtss::platform
