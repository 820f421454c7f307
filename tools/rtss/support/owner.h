// The owner of a mutex, as /proc describes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rtss::tool {

// A thread's comm, fit for a terminal; empty: gone, or not ours to see.
std::string name_of(std::int32_t pid, std::int32_t tid);
std::string run_by(std::int32_t pid);  // the name of the command that an "rtss lock" runs; empty: it is none
// By its comm, or in full, for that is cut at 15 bytes; an "rtss lock" also by the command that it runs.
bool is_called(std::int32_t pid, std::string_view name);
std::string why_of(std::int32_t pid);  // what an owning "rtss lock" was given with --why; empty: nothing

// "pid 812 (rtss, runs backup): nightly run", "pid 812 (controller), thread 813"
std::string describe_owner(std::int32_t pid, std::int32_t tid);

}  // namespace rtss::tool
