// The inversion itself: a thread of middle level burns the CPU that the owner needs.
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/inheritance/inheritance_test.h"
#include "tests/support/fork_server.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

constexpr std::size_t kRounds = 0;  // words of the arena
constexpr std::size_t kOwnerRan = 1;
constexpr unsigned kSpinnerSeconds = 20;

bool pin_to(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(cpu), &one);
  return sched_setaffinity(0, sizeof one, &one) == 0;
}

std::vector<int> allowed_cpus() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed)) cpus.push_back(cpu);
  }
  return cpus;
}

// A process of the fork server's, that ends with it, by an alarm, or by a kill.
void spin(int cpu, int priority) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(kSpinnerSeconds);
  pin_to(cpu);
  become_fifo(priority);
  for (;;) arena().words[kRounds].fetch_add(1, std::memory_order_relaxed);
}

std::uint32_t rounds() { return arena().words[kRounds].load(); }

bool release_and_say_so(HANDLE mutex) {
  arena().words[kOwnerRan].store(1);
  return RtReleaseMutex(mutex) != FALSE;
}

template <class PeerType>
class MediumSpinner : public InheritanceTest<PeerType> {
 protected:
  void TearDown() override {
    if (spinner_) spinner_->end();
    InheritanceTest<PeerType>::TearDown();
  }

  // p20, which does nothing but burn `cpu`.
  void start_spinner(int cpu) {
    spinner_ = std::make_unique<ProcessPeer>();
    spinner_->start(spin, cpu, linux_priority_of(20));
    await("the spinner spins", [] { return rounds() != 0; });
  }
  // As many rounds as make it plain that the CPU is not shared.
  static void let_it_spin() {
    const std::uint32_t before = rounds();
    constexpr std::uint32_t kManyRounds = 1'000'000;
    await("the spinner spins on", [before] { return rounds() - before > kManyRounds; });
  }

  // - p10 takes M on a CPU; p20 burns that CPU; p10 is to release M: it does not get to run
  // - p30 waits for M on its CPU: p10 runs at 30, before p20, and releases M
  // - p30 has M though p20 burns on; p10 is at 10 again
  void play(int cpu_of_owner, int cpu_of_waiter) {
    auto& p10 = this->peer_at(10);
    auto& p30 = this->peer_at(30);
    EXPECT_TRUE(p10.does(pin_to, cpu_of_owner) && p30.does(pin_to, cpu_of_waiter));
    p10.takes("M");
    const HANDLE mutex = p10.mutex("M");
    p30.mutex("M");
    start_spinner(cpu_of_owner);
    auto released = p10.starts(release_and_say_so, mutex);
    let_it_spin();
    THEN(p10.owns("M"), p10.runs_at(10), testing::AssertionResult(arena().words[kOwnerRan].load() == 0));
    p30.starts(wait_one, p30.mutex("M"), INFINITE);
    if (setting() == runtime::Inheritance::kOff) {
      await_blocked(p30.peer());
      let_it_spin();
      THEN(testing::AssertionResult(arena().words[kOwnerRan].load() != 0) << "the owner got to run");
    }
    THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"), p30.runs_at(30));
    const std::uint32_t then = rounds();
    let_it_spin();
    THEN(testing::AssertionResult(rounds() != then), p10.runs_at(10));
    spinner_->end();
    EXPECT_TRUE(released.get());
  }

 private:
  std::unique_ptr<ProcessPeer> spinner_;
};
TYPED_TEST_SUITE(MediumSpinner, Peers, PeerNames);

TYPED_TEST(MediumSpinner, OnTheSameCpuDoesNotKeepABoostedOwnerFromRunning) {
  const int cpu = allowed_cpus().back();
  this->play(cpu, cpu);
}

TYPED_TEST(MediumSpinner, OnTheOwnersCpuDoesNotDelayAWaiterOnAnother) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.size() < 2) GTEST_SKIP() << "needs two CPUs";
  this->play(cpus.back(), cpus.front());
}

}  // namespace
}  // namespace rtss::test
