// Physical memory, mapped from the file that the administrator names. Nothing is reached unless one is named.
#pragma once

#include <cstdint>

namespace rtss::platform {

enum class PhysicalMemory : std::uint8_t {
  kOk,
  kOff,      // RTSS_PHYSICAL_MEMORY is not set
  kMissing,  // the file that it names
  kDenied,   // by the file's mode, or by a kernel that keeps programs off this range
  kFull,     // no address space, or kMostMappings are in use
};

struct PhysicalMapping {
  PhysicalMemory outcome;
  void* at;  // the byte of the address, which need not begin a page
};

inline constexpr int kMostMappings = 64;

bool reaches_physical_memory() noexcept;
PhysicalMapping map_physical(std::uint64_t address, std::uint32_t length, bool cached) noexcept;
// False if no mapping begins there.
bool unmap_physical(void* at) noexcept;

}  // namespace rtss::platform
