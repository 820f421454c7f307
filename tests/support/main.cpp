// Entry of every test program that uses peers.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/arena.h"
#include "tests/support/fork_server.h"
#include "tests/support/peer.h"
#include "tests/support/watchdog.h"

namespace rtss::test {
namespace {

class WatchdogListener : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& test) override {
    watchdog_start(std::string(test.test_suite_name()) + '.' + test.name());
  }
  void OnTestEnd(const testing::TestInfo&) override { watchdog_stop(); }
  void OnTestProgramEnd(const testing::UnitTest& program) override {
    std::printf("%d passed, %d failed, %d skipped\n", program.successful_test_count(), program.failed_test_count(),
                program.skipped_test_count());
  }
};

int run(int argc, char** argv) {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &no_core);
  map_arena();
  setenv("RTSS_NAMESPACE", namespace_name().c_str(), 1);
  start_fork_server(serve);
  testing::InitGoogleTest(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new WatchdogListener);
  const int failed = RUN_ALL_TESTS();
  stop_fork_server();
  return failed;
}

}  // namespace
}  // namespace rtss::test

#ifdef __SANITIZE_THREAD__
// Object locks are taken in any order, all of them under the all-lock; its detector knows no such rule, and no more
// than 64 locks held at once.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_options() { return "detect_deadlocks=0"; }
#endif

int main(int argc, char** argv) { return rtss::test::run(argc, argv); }
