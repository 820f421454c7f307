#include "runtime/life/main_thread.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "platform/clock.h"
#include "platform/message.h"
#include "platform/process_identity.h"
#include "platform/thread_calls.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

std::atomic<std::uint32_t> helper_threads{0};

namespace {

// The C library ends a process with its last thread, but the reaper never ends. So this thread waits for the program's
// own threads, and ends the process as the C library would: exit status 0, exit handlers run.
void* end_with_the_last(void* /*unused*/) {
  constexpr std::uint64_t kLookAgainNs = 20'000'000;
  while (others_left() != 0 || !platform::main_thread_has_ended())
    platform::sleep_until(platform::monotonic_ns() + kLookAgainNs);
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);  // the exit handlers can be interrupted
  std::exit(0);
}

void main_thread_ends(void* /*unused*/) {
  attachment.main_thread.store(MainThread::kEnded);
  if (attachment.process.load() != 0) follow_main_thread();
}

// By a pthread key of its own: the main thread need not be a member, and the exit hook of members keeps its place among
// the program's.
void watch_main_thread() {
  static const std::optional<pthread_key_t> key = [] {
    pthread_key_t made{};
    return pthread_key_create(&made, main_thread_ends) == 0 ? std::optional(made) : std::nullopt;
  }();
  attachment.main_thread.store(MainThread::kRuns);
  if (key && platform::current_tid() == getpid()) pthread_setspecific(*key, &attachment);
}

void watch_main_thread_of_child() {
  helper_threads.store(0, std::memory_order_relaxed);
  watch_main_thread();
}

// The main thread loads the library, as a rule. That of a forked child is the thread that forked.
[[gnu::constructor]] void watch_every_main_thread() {
  watch_main_thread();
  pthread_atfork(nullptr, nullptr, watch_main_thread_of_child);
}

}  // namespace

std::uint32_t others_left() noexcept {
  struct stat status {};
  constexpr nlink_t kDots = 2;  // "." and ".."; each thread has a directory
  if (stat("/proc/self/task", &status) != 0 || status.st_nlink <= kDots) return 1;
  const auto threads = static_cast<std::uint32_t>(status.st_nlink - kDots);
  const std::uint32_t reapers = attachment.process.load(std::memory_order_acquire) != 0 ? 1 : 0;
  const std::uint32_t ours = 1 + reapers + helper_threads.load(std::memory_order_relaxed);
  return threads > ours ? threads - ours : 0;
}

void follow_main_thread() noexcept {
  MainThread ended = MainThread::kEnded;
  if (!attachment.main_thread.compare_exchange_strong(ended, MainThread::kFollowed)) return;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  helper_threads.fetch_add(1, std::memory_order_relaxed);
  const int error = platform::create_thread_without_signals(attributes, end_with_the_last, nullptr);
  pthread_attr_destroy(&attributes);
  if (error == 0) return;
  helper_threads.fetch_sub(1, std::memory_order_relaxed);
  platform::warn("no thread can be made that ends the process after its main thread");
}

}  // namespace rtss::runtime
