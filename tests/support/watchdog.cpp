#include "tests/support/watchdog.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include "tests/support/observe.h"

namespace rtss::test {
namespace {

constexpr int kExitHung = 124;

std::atomic<const char*> awaited{nullptr};

// RTSS_TEST_SCALE makes some tests that much longer.
int longest_test_seconds() {
  const char* const scale = std::getenv("RTSS_TEST_SCALE");
  return kWatchdogSeconds * (scale == nullptr ? 1 : std::max(1, std::atoi(scale)));
}

class Watchdog {
 public:
  void start(std::string_view test) {
    const std::lock_guard guard(mutex_);
    test_ = test;
    deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(longest_test_seconds());
    running_ = true;
    if (!launched_) std::thread([this] { watch(); }).detach();
    launched_ = true;
    changed_.notify_all();
  }

  void stop() {
    const std::lock_guard guard(mutex_);
    running_ = false;
    changed_.notify_all();
  }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    for (;;) {
      while (!running_) changed_.wait(lock);
      changed_.wait_until(lock, deadline_);
      if (running_ && std::chrono::steady_clock::now() >= deadline_) bark();
    }
  }

  [[noreturn]] void bark() const {
    const char* what = awaited.load();
    std::fprintf(stderr, "\nwatchdog: %s hung for %d s", test_.c_str(), longest_test_seconds());
    std::fprintf(stderr, what != nullptr ? ", waiting until %s\n" : "\n", what);
    std::fputs(describe_namespace().c_str(), stderr);
    std::fflush(nullptr);
    _exit(kExitHung);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string test_;
  std::chrono::steady_clock::time_point deadline_;
  bool running_ = false;
  bool launched_ = false;
};

// Never destroyed: its thread outlives main().
Watchdog& watchdog() {
  static auto* instance = new Watchdog;
  return *instance;
}

}  // namespace

void watchdog_start(std::string_view test) { watchdog().start(test); }
void watchdog_stop() { watchdog().stop(); }

Awaiting::Awaiting(const char* what) : outer_(awaited.exchange(what)) {}
Awaiting::~Awaiting() { awaited.store(outer_); }

}  // namespace rtss::test
