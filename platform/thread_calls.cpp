#include "platform/thread_calls.h"

#include <linux/membarrier.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#ifdef __SANITIZE_ADDRESS__
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#endif

#include "platform/system_call.h"

namespace rtss::platform {

void exit_thread() noexcept {
  for (;;) rtss_system_call(SYS_exit, 0);
}

bool signal_thread(std::int32_t tid, int signal) noexcept {
  return rtss_system_call(SYS_tgkill, getpid(), tid, signal) == 0;
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
