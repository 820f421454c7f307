#include <rtapi/memory.h>

#include <limits>

#include "rtapi/src/translate.h"
#include "runtime/services/locked_memory.h"

namespace rtss::rtapi {
namespace {

ULONG clipped(std::uint64_t bytes) {
  constexpr std::uint64_t kMost = std::numeric_limits<ULONG>::max();
  return static_cast<ULONG>(bytes < kMost ? bytes : kMost);
}

}  // namespace
}  // namespace rtss::rtapi

using namespace rtss;

PVOID RtAllocateLockedMemory(ULONG Size) {
  void* memory = nullptr;
  return rtapi::win32_result(runtime::allocate_locked(Size, &memory)) != FALSE ? memory : nullptr;
}

BOOL RtFreeLockedMemory(PVOID pMemory) { return rtapi::win32_result(runtime::free_locked(pMemory)); }

PVOID RtAllocateLocalMemory(ULONG Size) { return RtAllocateLockedMemory(Size); }
PVOID RtAllocateLocalMemoryEx(ULONG Size, ULONG) { return RtAllocateLockedMemory(Size); }
BOOL RtFreeLocalMemory(PVOID pMemory) { return RtFreeLockedMemory(pMemory); }

PVOID RtAllocateContiguousMemory(ULONG nBytes, LARGE_INTEGER) { return RtAllocateLockedMemory(nBytes); }
BOOL RtFreeContiguousMemory(PVOID pVirtualAddress) { return RtFreeLockedMemory(pVirtualAddress); }

BOOL RtQueryLocalMemory(PULONG pSize, PULONG pAvailable, PULONG pLargest) {
  const std::uint64_t available = runtime::available_bytes();
  if (pSize != nullptr) *pSize = rtapi::clipped(runtime::locked_bytes() + available);
  if (pAvailable != nullptr) *pAvailable = rtapi::clipped(available);
  if (pLargest != nullptr) *pLargest = rtapi::clipped(available);
  return TRUE;
}

BOOL RtExpandLocalMemory(ULONG) { return TRUE; }
ULONG RtShrinkLocalMemory(ULONG) { return 0; }

BOOL RtLockProcess(ULONG) { return rtapi::win32_result(runtime::lock_process()); }

BOOL RtUnlockProcess(ULONG) {
  runtime::unlock_process();
  return TRUE;
}

BOOL RtLockKernel(ULONG) { return TRUE; }
BOOL RtUnlockKernel(ULONG) { return TRUE; }

BOOL RtCommitLockStack(ULONG Size) { return rtapi::win32_result(runtime::prepare_stack(Size)); }

BOOL RtCommitLockProcessHeap(ULONG Size, VOID(RTFCNDCL*)(HANDLE)) {
  return rtapi::win32_result(runtime::prepare_heap(Size));
}

BOOL RtCommitLockHeap(HANDLE, ULONG Size, VOID(RTFCNDCL*)(HANDLE)) {
  return rtapi::win32_result(runtime::prepare_heap(Size));
}
