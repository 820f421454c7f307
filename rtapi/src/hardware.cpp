// Ports and interrupts belong to drivers, physical memory to the administrator; see docs/compatibility.md.
#include <rtapi/error.h>
#include <rtapi/hardware.h>

#include "platform/physical_memory.h"
#include "rtapi/src/translate.h"

namespace rtss::rtapi {
namespace {

BOOL refuse() { return win32_result(runtime::Status::kNotSupported); }

template <typename Number>
Number refuse_number() {
  refuse();
  return 0;
}

template <typename Pointer>
Pointer refuse_pointer() {
  refuse();
  return nullptr;
}

}  // namespace
}  // namespace rtss::rtapi

using namespace rtss;

BOOL RtEnablePortIo(PUCHAR, ULONG) { return rtapi::refuse(); }
BOOL RtDisablePortIo(PUCHAR, ULONG) { return rtapi::refuse(); }
UCHAR RtReadPortUchar(PUCHAR) { return rtapi::refuse_number<UCHAR>(); }
USHORT RtReadPortUshort(PUSHORT) { return rtapi::refuse_number<USHORT>(); }
ULONG RtReadPortUlong(PULONG) { return rtapi::refuse_number<ULONG>(); }
VOID RtWritePortUchar(PUCHAR, UCHAR) { rtapi::refuse(); }
VOID RtWritePortUshort(PUSHORT, USHORT) { rtapi::refuse(); }
VOID RtWritePortUlong(PULONG, ULONG) { rtapi::refuse(); }
VOID RtReadPortBufferUchar(PUCHAR, PUCHAR, ULONG) { rtapi::refuse(); }
VOID RtReadPortBufferUshort(PUSHORT, PUSHORT, ULONG) { rtapi::refuse(); }
VOID RtReadPortBufferUlong(PULONG, PULONG, ULONG) { rtapi::refuse(); }
VOID RtWritePortBufferUchar(PUCHAR, PUCHAR, ULONG) { rtapi::refuse(); }
VOID RtWritePortBufferUshort(PUSHORT, PUSHORT, ULONG) { rtapi::refuse(); }
VOID RtWritePortBufferUlong(PULONG, PULONG, ULONG) { rtapi::refuse(); }

HANDLE RtAttachInterrupt(PATTACH_INTERRUPT_PARAMETERS) { return rtapi::refuse_pointer<HANDLE>(); }
BOOL RtReleaseInterrupt(HANDLE) { return rtapi::refuse(); }
HANDLE RtAttachInterruptVector(PSECURITY_ATTRIBUTES, ULONG, VOID(RTFCNDCL*)(PVOID), PVOID, ULONG, INTERFACE_TYPE, ULONG,
                               ULONG, ULONG) {
  return rtapi::refuse_pointer<HANDLE>();
}
HANDLE RtAttachInterruptVectorEx(PSECURITY_ATTRIBUTES, ULONG, BOOLEAN(RTFCNDCL*)(PVOID), PVOID, ULONG, INTERFACE_TYPE,
                                 ULONG, ULONG, ULONG, BOOLEAN, KINTERRUPT_MODE,
                                 INTERRUPT_DISPOSITION(RTFCNDCL*)(PVOID)) {
  return rtapi::refuse_pointer<HANDLE>();
}
BOOL RtReleaseInterruptVector(HANDLE) { return rtapi::refuse(); }
BOOL RtEnableInterrupts() { return rtapi::refuse(); }
BOOL RtDisableInterrupts() { return rtapi::refuse(); }

PVOID RtMapMemory(LARGE_INTEGER PhysicalAddress, ULONG nBytes, MEMORY_CACHING_TYPE CacheType) {
  using platform::PhysicalMemory;
  if (!platform::reaches_physical_memory()) return rtapi::refuse_pointer<PVOID>();
  if (nBytes == 0 || PhysicalAddress.QuadPart < 0) {
    rtapi::last_error = ERROR_INVALID_PARAMETER;
    return nullptr;
  }
  const platform::PhysicalMapping mapping =
      platform::map_physical(static_cast<std::uint64_t>(PhysicalAddress.QuadPart), nBytes, CacheType == MmCached);
  switch (mapping.outcome) {
    case PhysicalMemory::kOk:
      break;
    case PhysicalMemory::kOff:
      rtapi::last_error = ERROR_NOT_SUPPORTED;
      break;
    case PhysicalMemory::kMissing:
      rtapi::last_error = ERROR_FILE_NOT_FOUND;
      break;
    case PhysicalMemory::kDenied:
      rtapi::last_error = ERROR_ACCESS_DENIED;
      break;
    case PhysicalMemory::kFull:
      rtapi::last_error = ERROR_NOT_ENOUGH_MEMORY;
      break;
  }
  return mapping.at;
}
BOOL RtUnmapMemory(PVOID pVirtualAddress) {
  if (!platform::reaches_physical_memory()) return rtapi::refuse();
  if (platform::unmap_physical(pVirtualAddress)) return TRUE;
  rtapi::last_error = ERROR_INVALID_PARAMETER;
  return FALSE;
}
LARGE_INTEGER RtGetPhysicalAddress(PVOID) {
  rtapi::refuse();
  return LARGE_INTEGER{};
}
