// No allocation and no look at the clock where none is promised. This program's own malloc and clock_gettime take the C
// library's place and count, also where the library asks dlsym for the C library's own; each absence is trusted because
// the same counters find what is put there.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>

#include "bench/support/realtime.h"
#include "rtapi.h"

namespace {

thread_local bool counting = false;
thread_local int allocations = 0;
thread_local int clock_reads = 0;

void note_allocation() {
  if (counting) ++allocations;
}

}  // namespace

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  note_allocation();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  note_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  note_allocation();
  return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  note_allocation();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
int clock_gettime(clockid_t clock, timespec* now) {
  if (counting) ++clock_reads;
  return static_cast<int>(syscall(SYS_clock_gettime, clock, now));
}
[[gnu::visibility("default")]] void* dlsym(void* handle, const char* name) noexcept {
  if (std::strcmp(name, "clock_gettime") == 0) return reinterpret_cast<void*>(&clock_gettime);
  using Dlsym = void* (*)(void*, const char*);
  Dlsym real = nullptr;
  for (const char* const version : {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"}) {
    if (real == nullptr) real = reinterpret_cast<Dlsym>(dlvsym(RTLD_NEXT, "dlsym", version));
  }
  return real(handle, name);
}
}

namespace rtss::bench {
namespace {

constexpr int kTimes = 100;

struct Footprint {
  int allocations;
  int clock_reads;
};

// Once uncounted, for what a first call may do; then kTimes counted.
Footprint footprint_of(const std::function<void()>& operation) {
  operation();
  allocations = 0;
  clock_reads = 0;
  counting = true;
  for (int i = 0; i < kTimes; ++i) operation();
  counting = false;
  return {allocations, clock_reads};
}

class Objects : public testing::Test {
 protected:
  Objects() {
    for (HANDLE& event : events_) event = RtCreateEventA(nullptr, FALSE, FALSE, nullptr);
  }
  ~Objects() override {
    for (const HANDLE event : events_) RtCloseHandle(event);
    RtCloseHandle(semaphore_);
    RtCloseHandle(mutex_);
  }
  void take_and_release(DWORD timeout_ms) const {
    require(RtWaitForSingleObject(mutex_, timeout_ms) == WAIT_OBJECT_0, "wait failed");
    require(RtReleaseMutex(mutex_) != FALSE, "release failed");
  }
  [[nodiscard]] HANDLE event() const { return events_.back(); }
  [[nodiscard]] HANDLE semaphore() const { return semaphore_; }
  [[nodiscard]] const std::array<HANDLE, MAX_WFMO>& events() const { return events_; }

 private:
  HANDLE mutex_ = RtCreateMutexA(nullptr, FALSE, "footprint mutex");
  HANDLE semaphore_ = RtCreateSemaphoreA(nullptr, 0, 1, nullptr);
  std::array<HANDLE, MAX_WFMO> events_{};
};

TEST(FootprintCounters, FindOneAllocationAndOneClockReadEach) {
  const Footprint footprint = footprint_of([] {
    const auto allocated = std::make_unique<volatile int>(1);
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
  });

  EXPECT_EQ(footprint.allocations, kTimes);
  EXPECT_EQ(footprint.clock_reads, kTimes);
}

TEST_F(Objects, TakingAndReleasingAFreeMutexAllocatesNothing) {
  EXPECT_EQ(footprint_of([&] { take_and_release(INFINITE); }).allocations, 0);
}

TEST_F(Objects, SettingAndWaitingAllocatesNothing) {
  const Footprint footprint = footprint_of([&] {
    require(RtSetEvent(event()) != FALSE, "set failed");
    require(RtWaitForSingleObject(event(), INFINITE) == WAIT_OBJECT_0, "wait failed");
    require(RtReleaseSemaphore(semaphore(), 1, nullptr) != FALSE, "release failed");
    require(RtWaitForSingleObject(semaphore(), INFINITE) == WAIT_OBJECT_0, "wait failed");
  });

  EXPECT_EQ(footprint.allocations, 0);
}

TEST_F(Objects, AWaitThatBlocksAndTimesOutAllocatesNothing) {
  const Footprint footprint =
      footprint_of([&] { require(RtWaitForSingleObject(event(), 1) == WAIT_TIMEOUT, "wait did not time out"); });

  EXPECT_EQ(footprint.allocations, 0);
  EXPECT_GE(footprint.clock_reads, kTimes) << "the counter does not see the library's clock";
}

TEST_F(Objects, WaitAnyOverManyAllocatesNothingWhetherItBlocksOrNot) {
  const Footprint footprint = footprint_of([&] {
    require(RtWaitForMultipleObjects(MAX_WFMO, events().data(), FALSE, 1) == WAIT_TIMEOUT, "did not time out");
    require(RtSetEvent(event()) != FALSE, "set failed");
    require(RtWaitForMultipleObjects(MAX_WFMO, events().data(), FALSE, INFINITE) == MAX_WFMO - 1, "wait failed");
  });

  EXPECT_EQ(footprint.allocations, 0);
}

TEST_F(Objects, AFiniteTimeoutReadsNoClockWhenTheObjectIsFree) {
  EXPECT_EQ(footprint_of([&] { take_and_release(1000); }).clock_reads, 0);
}

TEST_F(Objects, APollReadsNoClock) {
  const Footprint footprint =
      footprint_of([&] { require(RtWaitForSingleObject(event(), 0) == WAIT_TIMEOUT, "poll succeeded"); });

  EXPECT_EQ(footprint.clock_reads, 0);
}

TEST_F(Objects, AFiniteWaitAnyReadsNoClockWhenOneIsSignaled) {
  const Footprint footprint = footprint_of([&] {
    require(RtSetEvent(event()) != FALSE, "set failed");
    require(RtWaitForMultipleObjects(MAX_WFMO, events().data(), FALSE, 1000) == MAX_WFMO - 1, "wait failed");
  });

  EXPECT_EQ(footprint.clock_reads, 0);
}

}  // namespace
}  // namespace rtss::bench
