// Every way in which an owner can end, alone and in numbers, and what the mutexes are afterwards.
#include <unistd.h>

#include <csignal>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

class OwnerDeath : public ApiTest {};

TEST_F(OwnerDeath, AbandonsHoweverAThreadEnds) {
  const HANDLE mutex = create_mutex("M", FALSE);
  for (const auto way :
       {+[] { pthread_exit(nullptr); }, +[] { pthread_cancel(pthread_self()), pthread_testcancel(); }}) {
    ThreadPeer owner;
    owner.call(wait_one, mutex, INFINITE);
    owner.start(way);
    owner.await_end();
    EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
    EXPECT_EQ(release_mutex(mutex), TRUE);
  }
}

TEST_F(OwnerDeath, AbandonsHoweverAProcessEnds) {
  NEEDS_PROCESSES();
  const HANDLE mutex = create_mutex("M", FALSE);
  struct Way {
    const char* name;
    void (*end)();
  };
  for (const Way& way :
       {Way{"exit", [] { exit(0); }}, Way{"_exit", [] { _exit(0); }}, Way{"SIGKILL", [] { kill(getpid(), SIGKILL); }},
        Way{"SIGTERM", [] { raise(SIGTERM); }}, Way{"abort", [] { signal(SIGABRT, SIG_DFL), abort(); }},
        Way{"main thread ends", [] { pthread_exit(nullptr); }},
        Way{"exec", [] { execl("/bin/true", "true", nullptr); }}}) {
    SCOPED_TRACE(way.name);
    ProcessPeer owner;
    owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
    owner.start(way.end);
    EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
    EXPECT_EQ(release_mutex(mutex), TRUE);
    owner.end();
  }
}

TEST_F(OwnerDeath, AbandonsWhatOtherThreadsOfAKilledProcessOwned) {
  NEEDS_PROCESSES();
  const HANDLE mutex = create_mutex("M", FALSE);
  ProcessPeer process;
  process.call([] {
    std::thread([] {
      wait_one(open_mutex("M"), INFINITE);
      arena().words[0].store(1);
      for (;;) pause();
    }).detach();
  });
  await("a thread of the process owns the mutex", [] { return arena().words[0].load() == 1; });
  EXPECT_EQ(wait_one(mutex, 0), WAIT_TIMEOUT);

  process.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TEST_F(OwnerDeath, OfAThreadInAProcessThatLivesAbandons) {
  NEEDS_PROCESSES();
  const HANDLE mutex = create_mutex("M", FALSE);
  ProcessPeer process;
  process.call([] { std::thread([] { wait_one(open_mutex("M"), INFINITE); }).join(); });

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

// The child outlives its parent with everything that a fork inherits, and ends when the arena says so.
pid_t fork_lingering_child() {
  const pid_t child = fork();
  if (child != 0) return child;
  alarm(kWatchdogSeconds);
  while (arena().words[0].load() == 0) {
    const timespec briefly{.tv_sec = 0, .tv_nsec = 1'000'000};
    nanosleep(&briefly, nullptr);
  }
  arena().words[1].store(1);
  _exit(0);
}

TEST_F(OwnerDeath, OfAParentWhoseChildLivesOnAbandons) {
  NEEDS_PROCESSES();
  const HANDLE mutex = create_mutex("M", FALSE);
  ProcessPeer parent;
  parent.call(wait_one, parent.call(open_mutex, "M"), INFINITE);
  EXPECT_GT(parent.call(fork_lingering_child), 0);

  parent.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(arena().words[1].load(), 0U) << "the child was to be alive";
  arena().words[0].store(1);
  await("the lingering child ends", [] { return arena().words[1].load() == 1; });
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TEST_F(OwnerDeath, GivesNothingToAThreadThatGetsTheDeadOnesPlace) {
  constexpr int kGenerations = 50;
  const HANDLE mutex = create_mutex("M", FALSE);
  {
    ThreadPeer owner;
    owner.call(wait_one, mutex, INFINITE);
  }
  for (int generation = 0; generation < kGenerations; ++generation) {
    ThreadPeer successor;
    EXPECT_EQ(successor.call(release_mutex, mutex), FALSE);
    EXPECT_EQ(successor.last_error(), ERROR_NOT_OWNER);
    const DWORD result = successor.call(wait_one, mutex, INFINITE);
    EXPECT_EQ(result, WAIT_ABANDONED) << "a recursive take by a stranger";
    EXPECT_TRUE(is_owned(mutex, successor.tid(), 1));
  }
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

constexpr std::uint32_t kCyclers = 9;
constexpr std::uint32_t kCycled = 100;
constexpr std::size_t kStopWord = 0;
constexpr std::size_t kCyclesWord = 1;

// Locks, tries or waits a little for random mutexes out of a hundred, until stopped. Calls that fail are counted
// in the arena.
void cycle_over_mutexes(std::uint32_t seed) {
  constexpr std::size_t kFailuresWord = 2;
  std::vector<HANDLE> mutexes;
  for (std::uint32_t i = 0; i < kCycled; ++i) mutexes.push_back(RtOpenMutexA(0, FALSE, std::to_string(i).c_str()));
  std::minstd_rand random(seed);
  constexpr DWORD kTimeouts[] = {INFINITE, 0, 1};
  while (arena().words[kStopWord].load() == 0) {
    const HANDLE mutex = mutexes[random() % kCycled];
    const DWORD result = wait_one(mutex, kTimeouts[random() % 3]);
    if (result == WAIT_FAILED) arena().words[kFailuresWord].fetch_add(1);
    if (result != WAIT_TIMEOUT && !release_mutex(mutex)) arena().words[kFailuresWord].fetch_add(1);
    arena().words[kCyclesWord].fetch_add(1);
  }
  for (const HANDLE mutex : mutexes) RtCloseHandle(mutex);
}

void run_cyclers(std::uint32_t seed) {
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kCyclers; ++i) threads.emplace_back(cycle_over_mutexes, seed + i);
  for (auto& thread : threads) thread.join();
}

TEST_F(OwnerDeath, LeavesEveryMutexUsableWhenNineThreadsAreKilledAtARandomInstant) {
  NEEDS_PROCESSES();
  constexpr std::uint32_t kRounds = 8;
  std::vector<HANDLE> mutexes;
  for (std::uint32_t i = 0; i < kCycled; ++i) {
    mutexes.push_back(RtCreateMutexA(nullptr, FALSE, std::to_string(i).c_str()));
  }
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    arena().clear();
    ProcessPeer victim;
    ProcessPeer survivor;
    victim.start(run_cyclers, 100 * round);
    auto surviving = survivor.start(run_cyclers, 100 * round + 50);
    const std::uint32_t enough = 2000 + 137 * round;
    await("the cyclers have come into their stride", [enough] { return arena().words[kCyclesWord].load() > enough; });

    victim.end();
    const std::uint32_t at_death = arena().words[kCyclesWord].load();
    await("the survivors go on", [at_death] { return arena().words[kCyclesWord].load() > at_death + 2000; });
    arena().words[kStopWord].store(1);
    surviving.get();

    for (const HANDLE mutex : mutexes) {
      const DWORD result = wait_one(mutex, INFINITE);
      ASSERT_TRUE(result == WAIT_OBJECT_0 || result == WAIT_ABANDONED) << result;
      ASSERT_EQ(release_mutex(mutex), TRUE);
    }
    EXPECT_EQ(arena().words[2].load(), 0U) << "calls that failed";
  }
  for (const HANDLE mutex : mutexes) RtCloseHandle(mutex);
}

// A thread shares our handle, so ours is the last; a process has one more, which ends with it.
template <class PeerType>
void race_owner_end_with_last_close(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const HANDLE mutex = RtCreateMutexA(nullptr, FALSE, "M");
    ASSERT_NE(mutex, nullptr);
    ASSERT_EQ(GetLastError(), ERROR_SUCCESS) << "round " << round << ": the name of the last round is still there";
    PeerType owner;
    const HANDLE theirs = owner.pid() == getpid() ? mutex : owner.call(open_mutex, "M");
    ASSERT_EQ(owner.call(wait_one, theirs, INFINITE), WAIT_OBJECT_0);
    std::thread closer([mutex] { RtCloseHandle(mutex); });
    owner.end();
    closer.join();
    await("the name is gone", [] {
      const HANDLE left = RtOpenMutexA(0, FALSE, "M");
      if (left != nullptr) RtCloseHandle(left);
      return left == nullptr;
    });
  }
}

TEST_F(OwnerDeath, RacesWithTheLastCloseOfAThreadsMutex) { race_owner_end_with_last_close<ThreadPeer>(1000); }
TEST_F(OwnerDeath, RacesWithTheLastCloseOfAProcesssMutex) {
  NEEDS_PROCESSES();
  race_owner_end_with_last_close<ProcessPeer>(100);
}

}  // namespace
}  // namespace rtss::test
