#include "platform/clock.h"

#include <dlfcn.h>

#include <atomic>
#include <cerrno>
#include <ctime>

#include "platform/deadline.h"
#include "platform/futex.h"

namespace rtss::platform {

namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

// The C library's own function of this name, or the one linked where it cannot be found.
template <typename Function>
Function* of_c_library(const char* name, Function* linked) {
#ifdef __SANITIZE_THREAD__
  void* const found = nullptr;  // ThreadSanitizer delivers signals to the sleepers that it knows of
  static_cast<void>(name);
#else
  void* const library = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  void* const found = library == nullptr ? nullptr : dlsym(library, name);
#endif
  return found == nullptr ? linked : reinterpret_cast<Function*>(found);
}

// The linked ones until the library is loaded; then those of the C library: no wait and no sleep is to look for them.
auto* gettime = &clock_gettime;
auto* nanosleep_of_clock = &clock_nanosleep;

[[gnu::constructor]] void find_clock() {
  gettime = of_c_library("clock_gettime", &clock_gettime);
  nanosleep_of_clock = of_c_library("clock_nanosleep", &clock_nanosleep);
}

std::uint64_t read(clockid_t clock) {
  timespec now{};
  gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

std::uint64_t monotonic_ns() { return read(CLOCK_MONOTONIC); }
std::uint32_t coarse_ms() { return static_cast<std::uint32_t>(read(CLOCK_MONOTONIC_COARSE) / 1'000'000U); }

void sleep_until(std::uint64_t monotonic_ns_then) {
  const timespec until{.tv_sec = static_cast<time_t>(monotonic_ns_then / kNsPerSecond),
                       .tv_nsec = static_cast<long>(monotonic_ns_then % kNsPerSecond)};
  int error = EINTR;
  while (error == EINTR) error = nanosleep_of_clock(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
  // A failed sleep is not a finished one: where it was refused, as by a seccomp filter, a futex sleeps as well.
  const std::atomic<std::uint32_t> unshared{0};
  while (monotonic_ns() < monotonic_ns_then) futex_wait_cancellable(unshared, 0, Deadline::at(monotonic_ns_then));
}

Deadline Deadline::after(Timeout timeout) {
  if (timeout.is_never()) return never();
  const std::uint64_t now = monotonic_ns();
  return Deadline{timeout.ns() < kNever - 1 - now ? now + timeout.ns() : kNever - 1};
}

}  // namespace rtss::platform
