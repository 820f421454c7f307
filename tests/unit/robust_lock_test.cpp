// The lock itself, in a page that processes share: what the kernel marks, and that glibc's locks may stand in its list.
#include "platform/robust_lock.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <functional>
#include <iterator>
#include <thread>
#include <vector>

#include "platform/clock.h"

namespace rtss::platform {
namespace {

constexpr std::size_t kLocks = 4;
constexpr auto kRelaxed = std::memory_order_relaxed;

struct Shared {
  std::array<RobustLock, kLocks> locks;         // the last one is plain, as life locks are
  std::array<pthread_mutex_t, kLocks> mutexes;  // of glibc: every second one inherits priority
  std::atomic<pid_t> inside;                    // who holds locks[0]
  std::atomic<std::uint64_t> turns;
};

class Lock : public testing::Test {
 protected:
  Lock() {
    void* const page = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared = static_cast<Shared*>(page);
    for (std::size_t i = 0; i < kLocks; ++i) {
      shared->locks[i].initialise(is_plain(i) ? RobustLock::Protocol::kPlain : RobustLock::Protocol::kPriorityInherit);
      pthread_mutexattr_t attributes;
      pthread_mutexattr_init(&attributes);
      pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
      pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
      if (i % 2 != 0) pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
      pthread_mutex_init(&shared->mutexes[i], &attributes);
      pthread_mutexattr_destroy(&attributes);
    }
  }
  ~Lock() override { munmap(shared, sizeof(Shared)); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  static bool is_plain(std::size_t index) { return index == kLocks - 1; }
  LockOutcome take(std::size_t index) {
    return is_plain(index) ? shared->locks[index].try_lock() : shared->locks[index].lock();
  }

  static pid_t start(const std::function<void()>& body) {
    const pid_t child = fork();
    if (child != 0) return child;
    RobustLock::forget_thread();
    body();
    _exit(0);
  }
  static void await_end(pid_t child) { waitpid(child, nullptr, 0); }

  Shared* shared;
};

// Which of them a process leaves behind that takes all in turns, releases those in `released`, in that order, and ends.
class LockAmongGlibcs : public Lock, public testing::WithParamInterface<std::vector<std::size_t>> {};

TEST_P(LockAmongGlibcs, IsMarkedWhenItsHolderEndsUnlessItWasReleased) {
  await_end(start([this] {
    for (std::size_t i = 0; i < kLocks; ++i) {
      take(i);
      pthread_mutex_lock(&shared->mutexes[i]);
    }
    for (const std::size_t i : GetParam()) {
      pthread_mutex_unlock(&shared->mutexes[i]);
      shared->locks[i].unlock();
    }
  }));
  for (std::size_t i = 0; i < kLocks; ++i) {
    SCOPED_TRACE(i);
    const bool released = std::find(GetParam().begin(), GetParam().end(), i) != GetParam().end();
    EXPECT_EQ(take(i), released ? LockOutcome::kAcquired : LockOutcome::kOwnerDied);
    EXPECT_EQ(pthread_mutex_lock(&shared->mutexes[i]), released ? 0 : EOWNERDEAD);
    if (!released) pthread_mutex_consistent(&shared->mutexes[i]);
  }
  for (std::size_t i = 0; i < kLocks; ++i) {
    shared->locks[i].unlock();
    EXPECT_EQ(pthread_mutex_unlock(&shared->mutexes[i]), 0);
    EXPECT_TRUE(RobustLock::is_free(shared->locks[i].observe()));
    EXPECT_EQ(pthread_mutex_destroy(&shared->mutexes[i]), 0);
  }
}
INSTANTIATE_TEST_SUITE_P(Released, LockAmongGlibcs,
                         testing::Values(std::vector<std::size_t>{}, std::vector<std::size_t>{0},
                                         std::vector<std::size_t>{3, 1}, std::vector<std::size_t>{1, 2, 0},
                                         std::vector<std::size_t>{0, 1, 2, 3}, std::vector<std::size_t>{3, 2, 1, 0}));

TEST_F(Lock, IsGivenUpAtItsDeadlineWhileAnotherHoldsIt) {
  ASSERT_EQ(shared->locks[0].lock(), LockOutcome::kAcquired);
  LockOutcome outcome{};
  std::thread([&] { outcome = shared->locks[0].lock_until(Deadline::at(monotonic_ns() + 1'000'000)); }).join();
  EXPECT_EQ(outcome, LockOutcome::kBusy);
  shared->locks[0].unlock();
  std::thread([&] {
    outcome = shared->locks[0].lock_until(Deadline::at(0));  // free: the deadline does not matter
    shared->locks[0].unlock();
  }).join();
  EXPECT_EQ(outcome, LockOutcome::kAcquired);
}

// Of the calling thread from now on: the kernel has no memory for a wait.
bool deny_waits() {
  constexpr auto kNumber = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
  constexpr auto kCommand = static_cast<std::uint32_t>(offsetof(seccomp_data, args[1]));
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber),           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kCommand),          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FUTEX_LOCK_PI2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{.len = std::size(filter), .filter = filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST_F(Lock, IsGivenUpAtItsDeadlineWhereTheKernelHasNoMemoryForTheWait) {
  constexpr int kDenied = 2;
  ASSERT_EQ(shared->locks[0].lock(), LockOutcome::kAcquired);
  const pid_t child = start([this] {
    alarm(20);
    if (!deny_waits()) _exit(kDenied);
    const auto outcome = shared->locks[0].lock_until(Deadline::at(monotonic_ns() + 5'000'000));
    _exit(outcome == LockOutcome::kBusy ? 0 : 1);
  });
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  shared->locks[0].unlock();
  if (WIFEXITED(status) && WEXITSTATUS(status) == kDenied) GTEST_SKIP() << "seccomp filters are not permitted here";
  EXPECT_EQ(status, 0);
}

TEST_F(Lock, ShowsThatItsHolderTookItAgain) {
  ASSERT_EQ(shared->locks[0].lock(), LockOutcome::kAcquired);
  const std::uint32_t seen = shared->locks[0].acquisitions();
  shared->locks[0].unlock();
  EXPECT_EQ(shared->locks[0].acquisitions(), seen);
  ASSERT_EQ(shared->locks[0].lock(), LockOutcome::kAcquired);
  EXPECT_NE(shared->locks[0].acquisitions(), seen);
  shared->locks[0].unlock();
}

TEST_F(Lock, ThatNamesItsTakerIsUnusable) {
  ASSERT_EQ(shared->locks[0].lock(), LockOutcome::kAcquired);
  EXPECT_EQ(shared->locks[0].lock(), LockOutcome::kUnusable);
  shared->locks[0].unlock();
  EXPECT_TRUE(RobustLock::is_free(shared->locks[0].observe()));
}

TEST_F(Lock, WhoseHolderTheKernelDidNotMarkIsTakenFromIt) {
  const pid_t gone = start([] {});
  const auto take_it = [&] {
    for (const std::uint32_t waiters : {0U, RobustLock::kWaitersBit}) {
      shared->locks[0].word().store(static_cast<std::uint32_t>(gone) | waiters);
      EXPECT_EQ(shared->locks[0].lock(), LockOutcome::kOwnerDied);
      shared->locks[0].unlock();
      EXPECT_TRUE(RobustLock::is_free(shared->locks[0].observe()));
    }
  };
  siginfo_t ended{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(gone), &ended, WEXITED | WNOWAIT), 0);
  take_it();  // still a zombie
  await_end(gone);
  take_it();
}

TEST_F(Lock, StaysAsItIsWhenAThreadUnlocksItThatDoesNotHoldIt) {
  ASSERT_EQ(shared->locks[0].lock(), LockOutcome::kAcquired);
  ASSERT_EQ(shared->locks[1].lock(), LockOutcome::kAcquired);
  const std::uint32_t held = shared->locks[0].observe();
  std::thread([&] { shared->locks[0].unlock(); }).join();
  EXPECT_EQ(shared->locks[0].observe(), held);
  for (const std::size_t i : {0U, 1U}) {
    shared->locks[i].unlock();
    EXPECT_TRUE(RobustLock::is_free(shared->locks[i].observe()));
  }
}

// Two processes take turns; one after the other is killed, wherever it is in the lock.
TEST_F(Lock, OutlivesEveryDeathOfAContender) {
  constexpr int kKills = 100;
  constexpr std::uint64_t kTurnsBetweenKills = 200;
  const auto contend = [this] {
    const pid_t self = getpid();
    for (;;) {
      const LockOutcome outcome = shared->locks[0].lock();
      if (outcome == LockOutcome::kOwnerDied) shared->inside.store(0, kRelaxed);
      const bool was_alone = outcome != LockOutcome::kUnusable && shared->inside.exchange(self, kRelaxed) == 0;
      shared->turns.fetch_add(1, kRelaxed);
      if (!was_alone || shared->inside.exchange(0, kRelaxed) != self) _exit(1);
      shared->locks[0].unlock();
    }
  };
  std::array<pid_t, 2> contenders{start(contend), start(contend)};
  for (int kill_count = 0; kill_count < kKills; ++kill_count) {
    pid_t& victim = contenders[static_cast<std::size_t>(kill_count) % 2];
    const std::uint64_t before = shared->turns.load();
    while (shared->turns.load() < before + kTurnsBetweenKills) std::this_thread::yield();
    kill(victim, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(victim, &status, 0), victim);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the lock was unusable, or did not exclude the other";
    victim = start(contend);
  }
  for (const pid_t contender : contenders) {
    kill(contender, SIGKILL);
    await_end(contender);
  }
  const LockOutcome outcome = shared->locks[0].lock();
  EXPECT_TRUE(outcome == LockOutcome::kAcquired || outcome == LockOutcome::kOwnerDied);
  shared->locks[0].unlock();
  EXPECT_TRUE(RobustLock::is_free(shared->locks[0].observe()));
}

}  // namespace
}  // namespace rtss::platform
