// Memory, text and error codes.
#include <cstdarg>

#include "bench/micro/register.h"

namespace rtss::bench {
namespace {

constexpr ULONG kBytes = 65536;

void format(char* text, SIZE_T capacity, const char* pattern, ...) {
  va_list arguments;
  va_start(arguments, pattern);
  require(RtssVsnprintf(text, capacity, pattern, arguments) > 0, "a measured call failed");
  va_end(arguments);
}

[[maybe_unused]] const Calls kMemory = {
    call("RtAllocateLockedMemory, RtFreeLockedMemory of 64 KiB",
         [] { expect(RtFreeLockedMemory(RtAllocateLockedMemory(kBytes))); }),
    call("RtAllocateLocalMemory, RtFreeLocalMemory of 64 KiB",
         [] { expect(RtFreeLocalMemory(RtAllocateLocalMemory(kBytes))); }),
    call("RtAllocateLocalMemoryEx, RtFreeLocalMemory of 64 KiB",
         [] { expect(RtFreeLocalMemory(RtAllocateLocalMemoryEx(kBytes, RTALLOC_NOT_ZERO_MEMORY))); }),
    call("RtQueryLocalMemory",
         [] {
           ULONG size = 0;
           ULONG available = 0;
           ULONG largest = 0;
           expect(RtQueryLocalMemory(&size, &available, &largest));
         }),
    call("RtssVsnprintf",
         [] {
           char text[64];
           format(text, sizeof(text), "axis %d at %ld of %s", 3, 1000L, "six");
         }),
    call("RtAtoi", [] { benchmark::DoNotOptimize(RtAtoi("12345")); }),
    call("RtSetLastError, RtGetLastError",
         [] {
           RtSetLastError(ERROR_SUCCESS);
           benchmark::DoNotOptimize(RtGetLastError());
         }),
};

}  // namespace
}  // namespace rtss::bench
