// Memory that is locked, and hardware that is refused.
#include <grp.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/api_test.h"
#include "tests/support/forked.h"

namespace rtss::test {
namespace {

class Memory : public ApiTest {};
#define NEEDS_MLOCK() \
  if (kSanitized) GTEST_SKIP() << "under a sanitizer mlock() does nothing"
class Hardware : public ApiTest {};

TEST_F(Memory, LockedIsZeroFilledAndInCore) {
  NEEDS_MLOCK();
  constexpr ULONG kBytes = 100'000;
  auto* const memory = static_cast<unsigned char*>(RtAllocateLockedMemory(kBytes));
  ASSERT_NE(memory, nullptr) << GetLastError();
  unsigned char core[kBytes / 4096 + 1];
  ASSERT_EQ(mincore(memory, kBytes, core), 0);

  for (const unsigned char page : core) EXPECT_EQ(page & 1, 1);
  for (ULONG i = 0; i < kBytes; ++i) ASSERT_EQ(memory[i], 0);

  EXPECT_TRUE(RtFreeLockedMemory(memory));
  EXPECT_FAILS(RtFreeLockedMemory(memory), FALSE, ERROR_INVALID_PARAMETER);
}

TEST_F(Memory, RefusesBadArguments) {
  int other = 0;

  EXPECT_FAILS(RtAllocateLockedMemory(0), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtAllocateLocalMemory(0), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtFreeLocalMemory(nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtFreeLockedMemory(&other), FALSE, ERROR_INVALID_PARAMETER);
}

TEST_F(Memory, LocalIsAllocatedAndCounted) {
  ULONG before = 0;
  void* const memory = RtAllocateLocalMemoryEx(5000, RTALLOC_NOT_ZERO_MEMORY);
  ASSERT_NE(memory, nullptr);

  EXPECT_TRUE(RtQueryLocalMemory(&before, nullptr, nullptr));
  EXPECT_GE(before, 5000u);
  EXPECT_TRUE(RtExpandLocalMemory(1 << 20));
  EXPECT_EQ(RtShrinkLocalMemory(1 << 20), 0u);
  EXPECT_TRUE(RtFreeLocalMemory(memory));
}

TEST_F(Memory, ProcessIsLockedAndMadeReady) {
  ProcessPeer peer;
  EXPECT_TRUE(peer.call([] {
    return RtLockProcess(RT_PLOCK_ALL) != FALSE && RtCommitLockStack(256 * 1024) != FALSE &&
           RtCommitLockStack(0xFFFFFFFF) != FALSE && RtCommitLockProcessHeap(1 << 20, nullptr) != FALSE &&
           RtCommitLockHeap(nullptr, 1 << 20, nullptr) != FALSE && RtLockKernel(RT_KLOCK_ALL) != FALSE &&
           RtUnlockKernel(RT_KLOCK_ALL) != FALSE && RtUnlockProcess(RT_PLOCK_BASIC) != FALSE;
  }));
}

constexpr ULONG kTooMuch = 64U << 20;

// From now on the calling process may lock no more than a mebibyte.
bool lock_little() {
  constexpr uid_t kNobody = 65534;
  const rlimit little{.rlim_cur = 1U << 20, .rlim_max = 1U << 20};
  return setrlimit(RLIMIT_MEMLOCK, &little) == 0 &&
         (geteuid() != 0 || (setgroups(0, nullptr) == 0 && setgid(kNobody) == 0 && setuid(kNobody) == 0));
}

// The most that the calling process has had in memory.
std::uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

TEST_F(Memory, ThatMayNotBeLockedIsRefusedBeforeItIsFilled) {
  NEEDS_MLOCK();
  ProcessPeer peer;
  ASSERT_TRUE(peer.call(lock_little));

  const std::uint64_t before = peer.call(peak_bytes);
  EXPECT_EQ(peer.call(RtAllocateLockedMemory, kTooMuch), nullptr);
  EXPECT_EQ(peer.last_error(), ERROR_NOT_ENOUGH_MEMORY);
  EXPECT_LT(peer.call(peak_bytes), before + kTooMuch / 2);
}

TEST_F(Memory, ARefusedHeapLeavesTheHeapAsItWas) {
  NEEDS_MLOCK();
  ProcessPeer peer;
  ASSERT_TRUE(peer.call(lock_little));

  const std::uint64_t before = peer.call(peak_bytes);
  EXPECT_FALSE(peer.call([] { return RtCommitLockProcessHeap(kTooMuch, nullptr); }));
  EXPECT_EQ(peer.last_error(), ERROR_NOT_ENOUGH_MEMORY);
  EXPECT_LT(peer.call(peak_bytes), before + kTooMuch / 2);
  EXPECT_LT(peer.call([] { return mallinfo2().arena; }), kTooMuch);
  EXPECT_EQ(peer.call([] {
    const auto mapped = mallinfo2().hblks;
    auto* const large = static_cast<volatile char*>(std::malloc(kTooMuch));
    *large = 1;
    const auto more = mallinfo2().hblks - mapped;
    std::free(const_cast<char*>(large));
    return more;
  }),
            1u);
}

bool allocate_and_free() { return RtFreeLockedMemory(RtAllocateLockedMemory(64)) != FALSE; }

TEST_F(Memory, IsAllocatedByAForkedChildWhateverItsParentsThreadsDo) {
  NEEDS_PROCESSES();
  if (kSanitized) GTEST_SKIP() << "a sanitizer's allocator forks with its locks held";
  ProcessPeer peer;
  EXPECT_EQ(peer.call(finished_children, allocate_and_free, 300), 300);
}

TEST_F(Hardware, ContiguousMemoryIsALockedBufferWithoutAPhysicalAddress) {
  LARGE_INTEGER highest{};
  highest.QuadPart = -1;
  auto* const memory = static_cast<unsigned char*>(RtAllocateContiguousMemory(10000, highest));
  ASSERT_NE(memory, nullptr);

  EXPECT_EQ(memory[0] | memory[9999], 0);
  memset(memory, 0xA5, 10000);
  EXPECT_FAILS(RtGetPhysicalAddress(memory).QuadPart, 0, ERROR_NOT_SUPPORTED);
  EXPECT_TRUE(RtFreeContiguousMemory(memory));
  EXPECT_FAILS(RtFreeContiguousMemory(memory), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtAllocateContiguousMemory(0, highest), nullptr, ERROR_INVALID_PARAMETER);
}

TEST_F(Hardware, IsRefusedCleanly) {
  LARGE_INTEGER address{};
  ULONG space = 0;
  unsigned char data[4] = {1, 2, 3, 4};

  EXPECT_FAILS(RtEnablePortIo(nullptr, 1), FALSE, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtReadPortUchar(nullptr), 0, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtReadPortUlong(nullptr), 0u, ERROR_NOT_SUPPORTED);
  SetLastError(kUntouchedError);
  RtWritePortUchar(nullptr, 1);
  EXPECT_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtMapMemory(address, 4096, MmNonCached), nullptr, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtUnmapMemory(data), FALSE, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtGetPhysicalAddress(data).QuadPart, 0, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtSetBusDataByOffset(PCIConfiguration, 0, 0, data, 0, 4), 0u, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtTranslateBusAddress(PCIBus, 0, address, &space, &address), FALSE, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtAttachInterrupt(nullptr), nullptr, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtAttachInterruptVector(nullptr, 0, nullptr, nullptr, 0, PCIBus, 0, 0, 0), nullptr, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtReleaseInterrupt(nullptr), FALSE, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtDisableInterrupts(), FALSE, ERROR_NOT_SUPPORTED);
  EXPECT_EQ(data[0], 1);
}

}  // namespace
}  // namespace rtss::test
