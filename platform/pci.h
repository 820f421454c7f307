// Configuration space of PCI devices, as the kernel shows it in sysfs. Reading only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rtss::platform {

struct PciAddress {
  std::uint32_t bus;       // 0 to 255, of domain 0
  std::uint32_t device;    // 0 to 31
  std::uint32_t function;  // 0 to 7
};

enum class PciRead : std::uint8_t {
  kOk,
  kNoBus,
  kNoDevice,
  kDenied,  // the kernel shows other users 64 bytes
};

struct PciResult {
  PciRead outcome;
  std::uint32_t bytes;  // read; fewer than asked for at the end of what there is
};

// The tree is /sys, or what RTSS_SYSFS names.
PciResult read_pci_config(PciAddress address, std::uint32_t offset, void* buffer, std::uint32_t length) noexcept;

}  // namespace rtss::platform
