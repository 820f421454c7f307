// Abandonment: what becomes of a mutex whose owner ends without releasing it.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

class Abandonment : public ApiTest {};

// The peer ends by TypeParam::end(): a thread returns, or is cancelled in a wait; a process is killed outright.
template <class Peer>
class AbandonmentBy : public ApiTest {};
TYPED_TEST_SUITE(AbandonmentBy, Peers, PeerNames);

void await_abandoned(HANDLE mutex) {
  await("the mutex is abandoned", [mutex] { return is_abandoned(mutex); });
}

TYPED_TEST(AbandonmentBy, OwnersEndGivesTheNextAcquirerTheMutexOnceAsAbandoned) {
  const HANDLE mutex = create_mutex("M", FALSE);
  TypeParam owner;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);

  owner.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  TypeParam other;
  const HANDLE theirs = other.call(open_mutex, "M");
  EXPECT_EQ(other.call(wait_one, theirs, 0U), WAIT_TIMEOUT) << "it is owned, not merely flagged";
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_EQ(other.call(wait_one, theirs, INFINITE), WAIT_OBJECT_0) << "the flag is reported once";
  EXPECT_EQ(other.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndShowsAsFreeAndAbandoned) {
  const HANDLE mutex = create_mutex("M", FALSE);
  {
    TypeParam owner;
    owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
    EXPECT_TRUE(is_owned(mutex, owner.tid(), 1));
  }

  await_abandoned(mutex);
  EXPECT_FAILS(release_mutex(mutex), FALSE, ERROR_NOT_OWNER);
  EXPECT_TRUE(is_abandoned(mutex)) << "a refused release changes nothing";
  EXPECT_EQ(wait_one(mutex, 0), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex));
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesAWaiterThatIsBlockedForEver) {
  TypeParam owner;
  TypeParam waiter;
  const HANDLE mutex = create_mutex("M", FALSE);
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE theirs = waiter.call(open_mutex, "M");
  auto waiting = waiter.start(wait_one, theirs, INFINITE);
  await_blocked(waiter);

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED);
  EXPECT_TRUE(is_owned(mutex, waiter.tid(), 1));
  EXPECT_EQ(waiter.call(release_mutex, theirs), TRUE);
  EXPECT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesOneWaiterAsAbandonedAndTheOthersNormally) {
  TypeParam owner;
  TypeParam first;
  TypeParam second;
  create_mutex("M", FALSE);
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE firsts = first.call(open_mutex, "M");
  const HANDLE seconds = second.call(open_mutex, "M");
  auto first_wait = first.start(wait_one, firsts, INFINITE);
  await_blocked(first);
  auto second_wait = second.start(wait_one, seconds, INFINITE);
  await_blocked(second);

  owner.end();

  EXPECT_EQ(first_wait.get(), WAIT_ABANDONED);
  EXPECT_TRUE(is_blocked(second));
  EXPECT_EQ(first.call(release_mutex, firsts), TRUE);
  EXPECT_EQ(second_wait.get(), WAIT_OBJECT_0);
  EXPECT_EQ(second.call(release_mutex, seconds), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndIsReportedAgainForEachGeneration) {
  constexpr int kGenerations = 10;
  const HANDLE mutex = create_mutex("M", FALSE);
  DWORD expected = WAIT_OBJECT_0;
  for (int generation = 0; generation < kGenerations; ++generation) {
    TypeParam owner;
    EXPECT_EQ(owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE), expected) << generation;
    owner.end();
    expected = WAIT_ABANDONED;
  }
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndForgetsTheRecursionCount) {
  const HANDLE mutex = create_mutex("M", FALSE);
  TypeParam owner;
  const HANDLE theirs = owner.call(open_mutex, "M");
  for (int i = 0; i < 7; ++i) owner.call(wait_one, theirs, INFINITE);
  EXPECT_TRUE(is_owned(mutex, owner.tid(), 7));

  owner.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex));
}

// More than the 2048 entries that the kernel would follow in a robust list.
constexpr std::uint32_t kMany = 2500;

std::uint32_t own_many(std::uint32_t count) {
  std::uint32_t owned = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const HANDLE mutex = RtOpenMutexA(0, FALSE, std::to_string(i).c_str());
    if (wait_one(mutex, 0) == WAIT_OBJECT_0) ++owned;
    RtCloseHandle(mutex);
  }
  return owned;
}

TYPED_TEST(AbandonmentBy, OwnersEndAbandonsAllOfItsMutexes) {
  std::vector<HANDLE> mutexes;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    mutexes.push_back(RtCreateMutexA(nullptr, FALSE, std::to_string(i).c_str()));
  }
  TypeParam owner;
  EXPECT_EQ(owner.call(own_many, kMany), kMany);

  owner.end();

  for (const HANDLE mutex : mutexes) {
    ASSERT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
    ASSERT_EQ(release_mutex(mutex), TRUE);
    ASSERT_EQ(RtCloseHandle(mutex), TRUE);
  }
}

TYPED_TEST(AbandonmentBy, OwnersEndIsReportedWithTheIndexByWaitAny) {
  const HANDLE clear = create_event("E", FALSE, FALSE);
  const HANDLE mutex = create_mutex("M", FALSE);
  TypeParam owner;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  owner.end();

  EXPECT_EQ(wait_any({clear, clear, mutex}, INFINITE), WAIT_ABANDONED_0 + 2);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesABlockedWaitAnyWithTheIndex) {
  const HANDLE mutex = create_mutex("M", FALSE);
  create_event("E", FALSE, FALSE);
  TypeParam owner;
  TypeParam waiter;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE event = waiter.call(open_event, "E");
  const HANDLE theirs = waiter.call(open_mutex, "M");
  auto waiting = waiter.start(wait_any, Handles{event, theirs}, INFINITE);
  await_blocked(waiter);

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED_0 + 1);
  EXPECT_TRUE(is_owned(mutex, waiter.tid(), 1));
  EXPECT_EQ(waiter.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndYieldsToASignaledObjectOfLowerIndexAndStaysForLater) {
  const HANDLE set = create_event("E", FALSE, TRUE);
  const HANDLE mutex = create_mutex("M", FALSE);
  {
    TypeParam owner;
    owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  }
  await_abandoned(mutex);

  EXPECT_EQ(wait_any({set, mutex}, 0), WAIT_OBJECT_0);
  EXPECT_TRUE(is_abandoned(mutex));
  EXPECT_EQ(wait_any({set, mutex}, 0), WAIT_ABANDONED_0 + 1);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndIsReportedByWaitAllWhateverThePosition) {
  const HANDLE event = create_event("E", TRUE, TRUE);
  const HANDLE healthy = create_mutex("healthy", FALSE);
  const HANDLE mutex = create_mutex("M", FALSE);
  for (const Handles& order : {Handles{mutex, event, healthy}, Handles{event, mutex, healthy},
                               Handles{event, healthy, mutex}}) {
    {
      TypeParam owner;
      owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
    }
    await_abandoned(mutex);

    EXPECT_EQ(wait_all(order, 0), WAIT_ABANDONED_0);
    EXPECT_TRUE(is_owned(mutex, gettid(), 1));
    EXPECT_TRUE(is_owned(healthy, gettid(), 1));
    EXPECT_EQ(release_mutex(mutex), TRUE);
    EXPECT_EQ(release_mutex(healthy), TRUE);
    EXPECT_EQ(wait_all(order, 0), WAIT_OBJECT_0) << "the flag is reported once";
    EXPECT_EQ(release_mutex(mutex), TRUE);
    EXPECT_EQ(release_mutex(healthy), TRUE);
  }
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesABlockedWaitAll) {
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE semaphore = create_semaphore("S", 1, 1);
  TypeParam owner;
  TypeParam waiter;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE theirs = waiter.call(open_mutex, "M");
  auto waiting = waiter.start(wait_all, Handles{theirs, waiter.call(open_semaphore, "S")}, INFINITE);
  await_blocked(waiter);
  EXPECT_TRUE(has_count(semaphore, 1));

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED_0);
  EXPECT_TRUE(is_owned(mutex, waiter.tid(), 1));
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_EQ(waiter.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndDoesNotCompleteAWaitAllWhoseOtherObjectIsClear) {
  const HANDLE clear = create_event("E", FALSE, FALSE);
  const HANDLE mutex = create_mutex("M", FALSE);
  {
    TypeParam owner;
    owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  }
  await_abandoned(mutex);

  EXPECT_EQ(wait_all({mutex, clear}, 0), WAIT_TIMEOUT);
  EXPECT_EQ(wait_all({mutex, clear}, 20), WAIT_TIMEOUT);
  EXPECT_TRUE(is_abandoned(mutex));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, ClosingAHandleWhileOwningIsNone) {
  TypeParam owner;
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE theirs = owner.call(open_mutex, "M");
  owner.call(wait_one, theirs, INFINITE);

  EXPECT_EQ(owner.call(close_handle, theirs), TRUE);

  EXPECT_TRUE(is_owned(mutex, owner.tid(), 1));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_TIMEOUT);
  const HANDLE again = owner.call(open_mutex, "M");
  EXPECT_EQ(owner.call(release_mutex, again), TRUE);
  EXPECT_TRUE(is_free(mutex));
}

TYPED_TEST(AbandonmentBy, ClosingTheLastHandleWhileOwningFreesTheNameAtOnce) {
  TypeParam owner;
  const HANDLE theirs = owner.call(create_mutex, "M", TRUE);

  EXPECT_EQ(owner.call(close_handle, theirs), TRUE);

  EXPECT_FAILS(open_mutex("M"), nullptr, ERROR_FILE_NOT_FOUND);
  const HANDLE fresh = create_mutex("M", FALSE);
  EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
  EXPECT_TRUE(is_free(fresh));
  owner.end();
  EXPECT_EQ(wait_one(fresh, 0), WAIT_OBJECT_0) << "the old object's end is none of the fresh one's business";
  EXPECT_EQ(release_mutex(fresh), TRUE);
}

TYPED_TEST(AbandonmentBy, ClosingTheLastHandleLetsAWaiterStillReceiveTheMutex) {
  TypeParam owner;
  ThreadPeer waiter;
  const HANDLE theirs = owner.call(create_mutex, "M", TRUE);
  const HANDLE mutex = open_mutex("M");
  auto waiting = waiter.start(wait_one, mutex, INFINITE);
  await_blocked(waiter);
  EXPECT_EQ(close_handle(mutex), TRUE);
  EXPECT_EQ(owner.call(close_handle, theirs), TRUE);
  EXPECT_FAILS(open_mutex("M"), nullptr, ERROR_FILE_NOT_FOUND);
  EXPECT_TRUE(is_blocked(waiter));

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED);
}

TEST_F(Abandonment, HappensHoweverAThreadEnds) {
  const HANDLE mutex = create_mutex("M", FALSE);
  for (const auto way : {+[] { pthread_exit(nullptr); }, +[] { pthread_cancel(pthread_self()), pthread_testcancel(); }}) {
    ThreadPeer owner;
    owner.call(wait_one, mutex, INFINITE);
    owner.start(way);
    owner.await_end();
    EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
    EXPECT_EQ(release_mutex(mutex), TRUE);
  }
}

TEST_F(Abandonment, HappensHoweverAProcessEnds) {
  const HANDLE mutex = create_mutex("M", FALSE);
  struct Way {
    const char* name;
    void (*end)();
  };
  for (const Way& way : {Way{"exit", [] { exit(0); }}, Way{"_exit", [] { _exit(0); }},
                         Way{"SIGKILL", [] { kill(getpid(), SIGKILL); }}, Way{"SIGTERM", [] { raise(SIGTERM); }},
                         Way{"abort", [] { signal(SIGABRT, SIG_DFL), abort(); }},
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

TEST_F(Abandonment, HappensToThreadsOfAProcessThatIsKilledToo) {
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

TEST_F(Abandonment, HappensToAThreadThatEndsInAProcessThatLives) {
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

TEST_F(Abandonment, HappensToAKilledParentWhoseChildLivesOn) {
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

TEST_F(Abandonment, GivesNothingToAThreadThatGetsTheDeadOnesPlace) {
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

// Locks, tries or waits a little for random mutexes out of a hundred, until told to stop. Calls that fail are counted
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

TEST_F(Abandonment, LeavesEveryMutexUsableWhenNineThreadsAreKilledAtARandomInstant) {
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

TEST_F(Abandonment, RacesWithTheLastCloseOfAThreadsMutex) { race_owner_end_with_last_close<ThreadPeer>(1000); }
TEST_F(Abandonment, RacesWithTheLastCloseOfAProcesssMutex) { race_owner_end_with_last_close<ProcessPeer>(100); }

}  // namespace
}  // namespace rtss::test
