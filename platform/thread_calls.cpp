#include "platform/thread_calls.h"

#include <linux/membarrier.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>

#ifdef __SANITIZE_ADDRESS__
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
  fill_standard_descriptors();
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

bool join_thread_order() noexcept {
  return rtss_system_call(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0) == 0;
}

void order_all_threads() noexcept { rtss_system_call(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0); }

int create_thread(const pthread_attr_t& wanted, void* (*routine)(void*), void* argument) noexcept {
  constexpr std::size_t kMostStackBytes = std::size_t{64} << 20;
  pthread_attr_t attributes = wanted;
  std::size_t stack_bytes = 0;
  pthread_attr_getstacksize(&attributes, &stack_bytes);
  for (;;) {
    pthread_t thread{};
    const int error = pthread_create(&thread, &attributes, routine, argument);
    if (error != EINVAL || stack_bytes >= kMostStackBytes) return error;
    stack_bytes *= 2;
    pthread_attr_setstacksize(&attributes, stack_bytes);
  }
}

int create_thread_without_signals(const pthread_attr_t& wanted, void* (*routine)(void*), void* argument) noexcept {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = create_thread(wanted, routine, argument);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return error;
}

void sleep_precisely() noexcept { prctl(PR_SET_TIMERSLACK, 1UL); }

}  // namespace rtss::platform
