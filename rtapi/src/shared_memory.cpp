#include <rtapi/shared_memory.h>

#include "rtapi/src/named.h"
#include "rtapi/src/translate.h"

namespace rtss::rtapi {
namespace {

HANDLE result(const runtime::MappedMemory& mapped, void** location) {
  *location = mapped.address;
  return win32_result(runtime::Opened{mapped.status, mapped.handle});
}

template <typename Unit>
HANDLE create_memory(DWORD size_high, DWORD size_low, const Unit* name, void** location) {
  if (location == nullptr) return win32_result(runtime::Opened{runtime::Status::kInvalidParameter, {}});
  const ObjectName parsed(name);
  runtime::Status status = parsed.status();
  if (status == runtime::Status::kOk && (size_high != 0 || size_low == 0)) status = runtime::Status::kInvalidParameter;
  if (status != runtime::Status::kOk) return result({status, {}, nullptr}, location);
  return result(runtime::create_shared_memory(parsed.text(), size_low), location);
}

template <typename Unit>
HANDLE open_memory(const Unit* name, void** location) {
  if (location == nullptr) return win32_result(runtime::Opened{runtime::Status::kInvalidParameter, {}});
  const ObjectName parsed(name);
  runtime::Status status = parsed.status();
  if (status == runtime::Status::kOk && parsed.text().empty()) status = runtime::Status::kInvalidParameter;
  if (status != runtime::Status::kOk) return result({status, {}, nullptr}, location);
  return result(runtime::open_shared_memory(parsed.text()), location);
}

}  // namespace

extern "C" {
HANDLE create_memory_w16(DWORD, DWORD size_high, DWORD size_low, const char16_t* name, void** location)
    RTAPI_EXPORT_AS("RtCreateSharedMemoryW");
HANDLE create_memory_w32(DWORD, DWORD size_high, DWORD size_low, const char32_t* name, void** location)
    RTAPI_EXPORT_AS("RtCreateSharedMemoryW32");
HANDLE open_memory_w16(DWORD, BOOL, const char16_t* name, void** location) RTAPI_EXPORT_AS("RtOpenSharedMemoryW");
HANDLE open_memory_w32(DWORD, BOOL, const char32_t* name, void** location) RTAPI_EXPORT_AS("RtOpenSharedMemoryW32");
}

HANDLE create_memory_w16(DWORD, DWORD size_high, DWORD size_low, const char16_t* name, void** location) {
  return create_memory(size_high, size_low, name, location);
}
HANDLE create_memory_w32(DWORD, DWORD size_high, DWORD size_low, const char32_t* name, void** location) {
  return create_memory(size_high, size_low, name, location);
}
HANDLE open_memory_w16(DWORD, BOOL, const char16_t* name, void** location) { return open_memory(name, location); }
HANDLE open_memory_w32(DWORD, BOOL, const char32_t* name, void** location) { return open_memory(name, location); }

}  // namespace rtss::rtapi

using namespace rtss;

HANDLE RtCreateSharedMemoryA(DWORD, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCSTR lpName, VOID** location) {
  return rtapi::create_memory(dwMaximumSizeHigh, dwMaximumSizeLow, lpName, location);
}

HANDLE RtOpenSharedMemoryA(DWORD, BOOL, LPCSTR lpName, VOID** location) { return rtapi::open_memory(lpName, location); }

BOOL RtUnmapSharedMemory(VOID* pBaseAddress) { return rtapi::win32_result(runtime::unmap_shared_memory(pBaseAddress)); }

LPVOID RtMapViewOfSharedMemory(HANDLE hSharedMemory, DWORD, DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                               DWORD dwNumberOfBytesToMap) {
  const std::uint64_t offset = static_cast<std::uint64_t>(dwFileOffsetHigh) << 32 | dwFileOffsetLow;
  void* address = nullptr;
  const runtime::Status status =
      runtime::map_shared_memory(rtapi::runtime_handle(hSharedMemory), offset, dwNumberOfBytesToMap, &address);
  return rtapi::win32_result(status) != FALSE ? address : nullptr;
}

BOOL RtUnmapViewOfSharedMemory(VOID* lpBaseAddress) { return RtUnmapSharedMemory(lpBaseAddress); }

BOOL RtQuerySharedMemory(HANDLE hSharedMemory, PSHARED_MEMORY_INFO pInfo) {
  if (pInfo == nullptr) return rtapi::win32_result(runtime::Status::kInvalidParameter);
  std::uint64_t bytes = 0;
  const runtime::Status status = runtime::query_shared_memory(rtapi::runtime_handle(hSharedMemory), &bytes);
  if (status == runtime::Status::kOk) *pInfo = {.flProtect = PAGE_READWRITE, .dwSize = static_cast<DWORD>(bytes)};
  return rtapi::win32_result(status);
}

BOOL RtInitSharedMemory() { return TRUE; }
BOOL RtUninitSharedMemory() { return TRUE; }
