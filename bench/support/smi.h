// System management interrupts: the firmware takes the processor away, unseen by the kernel. Processors of Intel count
// them in the register 0x34 of each CPU.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rtss::bench {

// Empty: the counters of these CPUs can be read. Otherwise why not.
std::string why_no_smi_count(const std::vector<int>& cpus);

std::vector<std::uint64_t> smi_counts(const std::vector<int>& cpus);

}  // namespace rtss::bench
