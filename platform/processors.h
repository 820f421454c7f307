// Sets of processors: as 64 bits, and as the kernel writes them in text.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <cstdint>

namespace rtss::platform {

bool read_processors(pid_t task, std::uint64_t* processors);  // false: no such task
cpu_set_t processor_set(std::uint64_t processors);
int write_processors(pid_t task, std::uint64_t processors);  // 0 or errno; EINVAL: none of them may be used
std::uint64_t machine_processors();

// A list such as 0-2,5. False: it is none, or empty; the set is then unspecified.
bool parse_processors(const char* list, cpu_set_t* processors);
// The processors kept free of ordinary threads (isolcpus). False: none, or it cannot be read. Reads a file.
bool isolated_processors(cpu_set_t* processors);

}  // namespace rtss::platform
