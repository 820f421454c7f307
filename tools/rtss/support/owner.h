// The owner of a mutex, as /proc describes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rtss::tool {

std::string program_of(std::int32_t pid);  // its comm, fit for a terminal; empty: gone, or not ours to see
bool is_called(std::int32_t pid, std::string_view name);  // by its comm, or in full: that is cut at 15 bytes
std::string why_of(std::int32_t pid);  // what an owning "rtss lock" was given with --why; empty: nothing

// "pid 812 (backup), thread 813: nightly run"
std::string describe_owner(std::int32_t pid, std::int32_t tid);

}  // namespace rtss::tool
