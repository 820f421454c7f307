// Sets of processors as 64 bits.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace rtss::platform {

bool read_processors(pid_t task, std::uint64_t* processors);  // false: no such task
int write_processors(pid_t task, std::uint64_t processors);   // 0 or errno; EINVAL: none of them may be used
std::uint64_t machine_processors();

}  // namespace rtss::platform
