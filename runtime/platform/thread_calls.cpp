#include "runtime/platform/thread_calls.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#ifdef __SANITIZE_ADDRESS__
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#endif

#include "runtime/platform/message.h"
#include "runtime/platform/system_call.h"

namespace rtss::platform {

void exit_thread() noexcept {
  for (;;) rtss_system_call(SYS_exit, 0);
}

bool signal_thread(std::int32_t tid, int signal) noexcept {
  return rtss_system_call(SYS_tgkill, getpid(), tid, signal) == 0;
}

FutexResult futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept {
  constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  constexpr std::uint64_t kLatestNs = static_cast<std::uint64_t>(INT64_MAX);
  const std::uint64_t ns = deadline.ns() < kLatestNs ? deadline.ns() : kLatestNs;
  const timespec until{.tv_sec = static_cast<time_t>(ns / kNsPerSecond),
                       .tv_nsec = static_cast<long>(ns % kNsPerSecond)};
  const long returned = rtss_system_call(SYS_futex, &word, FUTEX_WAIT_BITSET, expected,
                                         deadline.is_never() ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
  if (returned == 0) return FutexResult::kWoken;
  switch (errno) {
    case EAGAIN:
      return FutexResult::kValueChanged;
    case EINTR:
      return FutexResult::kInterrupted;
    case ETIMEDOUT:
      return FutexResult::kTimedOut;
    default:
      fatal("the kernel refused a futex call");
  }
}

Descriptor open_process(pid_t pid) noexcept {
  return Descriptor(static_cast<int>(rtss_system_call(SYS_pidfd_open, pid, 0)));
}

int kill_process(const Descriptor& process) noexcept {
  return rtss_system_call(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0 ? 0 : errno;
}

void forget_frames_of_cancelled_calls() noexcept {
#ifdef __SANITIZE_ADDRESS__
  pthread_attr_t attributes;
  void* lowest = nullptr;
  std::size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  pthread_attr_getstack(&attributes, &lowest, &bytes);
  pthread_attr_destroy(&attributes);
  const auto* const here = static_cast<const char*>(__builtin_frame_address(0));
  __asan_unpoison_memory_region(lowest, static_cast<std::size_t>(here - static_cast<const char*>(lowest)));
#endif
}

void order_all_threads() noexcept {
  rtss_system_call(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);  // fails where CPUs are nohz_full
}

void sleep_precisely() noexcept { prctl(PR_SET_TIMERSLACK, 1UL); }

}  // namespace rtss::platform
