// PCI configuration, for reading; see docs/compatibility.md.
#include <rtapi/bus.h>
#include <rtapi/error.h>

#include <array>
#include <cstring>

#include "platform/pci.h"
#include "platform/physical_memory.h"
#include "rtapi/src/translate.h"

namespace rtss::rtapi {
namespace {

platform::PciAddress address_of(ULONG bus, ULONG slot) {
  return {.bus = bus, .device = slot & 0x1f, .function = slot >> 5 & 7};
}

ULONG refuse(DWORD error) {
  last_error = error;
  return 0;
}

// Capabilities are a list of pairs, kind and offset of the next one, behind the first 64 bytes.
MSI_CAPABILITY msi_capability(platform::PciAddress address) {
  constexpr std::uint32_t kStatus = 0x06;
  constexpr std::uint32_t kFirst = 0x34;
  constexpr int kMostCapabilities = 48;
  std::array<std::uint8_t, 64> header{};
  const platform::PciResult read = platform::read_pci_config(address, 0, header.data(), header.size());
  if (read.outcome != platform::PciRead::kOk || read.bytes < header.size()) {
    const bool denied = read.outcome == platform::PciRead::kDenied;
    last_error = denied ? ERROR_ACCESS_DENIED : ERROR_FILE_NOT_FOUND;
    return NotMsiMsixCapable;
  }
  int found = NotMsiMsixCapable;
  std::uint32_t at = (header[kStatus] & PCI_STATUS_CAPABILITIES_LIST) != 0 ? header[kFirst] & ~3U : 0;
  for (int i = 0; at >= header.size() && i < kMostCapabilities; ++i) {
    std::array<std::uint8_t, 2> capability{};
    if (platform::read_pci_config(address, at, capability.data(), capability.size()).bytes < capability.size()) {
      last_error = ERROR_ACCESS_DENIED;
      return NotMsiMsixCapable;
    }
    if (capability[0] == PCI_CAPABILITY_ID_MSI) found |= MsiCapable;
    if (capability[0] == PCI_CAPABILITY_ID_MSIX) found |= MsixCapable;
    at = capability[1] & ~3U;
  }
  return static_cast<MSI_CAPABILITY>(found);
}

}  // namespace
}  // namespace rtss::rtapi

using namespace rtss;

ULONG RtGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID pBuffer, ULONG Offset,
                           ULONG Length) {
  constexpr USHORT kNoVendor = PCI_INVALID_VENDORID;
  if (BusDataType != PCIConfiguration) return rtapi::refuse(ERROR_NOT_SUPPORTED);
  if (pBuffer == nullptr || Length < sizeof kNoVendor) return rtapi::refuse(ERROR_INVALID_PARAMETER);
  const platform::PciResult read =
      platform::read_pci_config(rtapi::address_of(BusNumber, SlotNumber), Offset, pBuffer, Length);
  switch (read.outcome) {
    case platform::PciRead::kOk:
      return read.bytes;
    case platform::PciRead::kNoDevice:
      std::memcpy(pBuffer, &kNoVendor, sizeof kNoVendor);
      return sizeof kNoVendor;
    case platform::PciRead::kNoBus:
      return rtapi::refuse(ERROR_FILE_NOT_FOUND);
    case platform::PciRead::kDenied:
      break;
  }
  return rtapi::refuse(ERROR_ACCESS_DENIED);
}

MSI_CAPABILITY RtQueryPciMsiCapability(ULONG BusNumber, PCI_SLOT_NUMBER SlotNumber) {
  return rtapi::msi_capability(rtapi::address_of(BusNumber, SlotNumber.u.AsULONG));
}

ULONG RtSetBusDataByOffset(BUS_DATA_TYPE, ULONG, ULONG, PVOID, ULONG, ULONG) {
  return rtapi::refuse(ERROR_NOT_SUPPORTED);
}

BOOL RtTranslateBusAddress(INTERFACE_TYPE, ULONG, LARGE_INTEGER BusAddress, PULONG pAddressSpace,
                           PLARGE_INTEGER pTranslatedAddress) {
  constexpr ULONG kMemory = 0;
  if (!platform::reaches_physical_memory()) return static_cast<BOOL>(rtapi::refuse(ERROR_NOT_SUPPORTED));
  if (pAddressSpace == nullptr || pTranslatedAddress == nullptr) {
    return static_cast<BOOL>(rtapi::refuse(ERROR_INVALID_PARAMETER));
  }
  if (*pAddressSpace != kMemory) return static_cast<BOOL>(rtapi::refuse(ERROR_NOT_SUPPORTED));
  *pTranslatedAddress = BusAddress;
  return TRUE;
}
