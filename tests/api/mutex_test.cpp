// Mutexes: ownership, recursion, hand-over and order.
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/damage.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

class Mutex : public ApiTest {};

template <class Peer>
class MutexBetween : public ApiTest {};
TYPED_TEST_SUITE(MutexBetween, Peers, PeerNames);

TEST_F(Mutex, CreatedWithoutOwnerIsFree) {
  const HANDLE mutex = create_mutex("M", FALSE);
  EXPECT_TRUE(is_free(mutex));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(MutexBetween, CreatedWithInitialOwnerIsOwnedOnceByItsCreator) {
  TypeParam peer;
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE theirs = peer.call(open_mutex, "M");

  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_TIMEOUT);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex));
  EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_OBJECT_0);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(MutexBetween, NestsForItsOwnerAndIsFreeAtTheLastRelease) {
  constexpr LONG kDepth = 5;
  TypeParam peer;
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE theirs = peer.call(open_mutex, "M");

  for (LONG depth = 1; depth <= kDepth; ++depth) {
    EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_OBJECT_0);
    EXPECT_TRUE(is_owned(mutex, gettid(), depth));
  }
  for (LONG depth = kDepth; depth > 0; --depth) {
    EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_TIMEOUT);
    EXPECT_EQ(release_mutex(mutex), TRUE);
  }

  EXPECT_TRUE(is_free(mutex));
  EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

TEST_F(Mutex, NestsOnTopOfInitialOwnership) {
  const HANDLE mutex = create_mutex("M", TRUE);
  EXPECT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0);
  EXPECT_TRUE(is_owned(mutex, gettid(), 2));
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex));
}

TEST_F(Mutex, ThatIsFreeCannotBeReleased) {
  const HANDLE mutex = create_mutex("M", FALSE);
  EXPECT_FAILS(release_mutex(mutex), FALSE, ERROR_NOT_OWNER);
  EXPECT_TRUE(is_free(mutex));
}

TYPED_TEST(MutexBetween, OwnedByAnotherCannotBeReleased) {
  TypeParam peer;
  const HANDLE mutex = create_mutex("M", TRUE);
  wait_one(mutex, 0);
  const HANDLE theirs = peer.call(open_mutex, "M");

  EXPECT_EQ(peer.call(release_mutex, theirs), FALSE);

  EXPECT_EQ(peer.last_error(), ERROR_NOT_OWNER);
  EXPECT_TRUE(is_owned(mutex, gettid(), 2));
  release_mutex(mutex);
  release_mutex(mutex);
}

TEST_F(Mutex, CannotBeReleasedOnceTooOften) {
  const HANDLE mutex = create_mutex("M", FALSE);
  wait_one(mutex, 0);
  wait_one(mutex, 0);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_FAILS(release_mutex(mutex), FALSE, ERROR_NOT_OWNER);
  EXPECT_TRUE(is_free(mutex));
}

// Two thousand million calls are shortened by writing the count of takes beyond the first where it is kept.
void set_recursion(std::string_view name, std::uint32_t takes_beyond_first) {
  change_object(name, [=](runtime::Object& mutex) { mutex.recursion.store(takes_beyond_first); });
}

// How many mutexes the calling thread's record says it owns; says `count` from now on.
std::uint32_t exchange_owned(std::uint32_t count) {
  std::uint32_t before = 0;
  change_segment([&](const runtime::SegmentView& segment) {
    for (std::uint32_t slot = 0; slot < runtime::threads_used(segment); ++slot) {
      if (segment.threads[slot].tid.load() == gettid()) before = segment.threads[slot].owned.exchange(count);
    }
  });
  return before;
}

TEST_F(Mutex, ReleasedByAThreadThatDamageMadeOwnNoneLeavesItsCountAtZero) {
  const HANDLE mutex = create_mutex("M", FALSE);
  for (int take = 0; take < 2; ++take) {  // the second release is of the mutex that the thread used last
    ASSERT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0);
    EXPECT_EQ(exchange_owned(0), 1U);
    EXPECT_EQ(release_mutex(mutex), TRUE);
    EXPECT_EQ(exchange_owned(0), 0U);
  }
}

TEST_F(Mutex, RefusesToNestBeyondItsCeiling) {
  constexpr LONG kCeiling = std::numeric_limits<LONG>::max();
  const HANDLE mutex = create_mutex("M", TRUE);
  set_recursion("M", kCeiling - 2);
  ASSERT_TRUE(is_owned(mutex, gettid(), kCeiling - 1));

  EXPECT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0);
  for (const DWORD timeout : {0U, INFINITE}) {
    EXPECT_FAILS(wait_one(mutex, timeout), WAIT_FAILED, ERROR_MUTANT_LIMIT_EXCEEDED);
    EXPECT_FAILS(wait_any({mutex}, timeout), WAIT_FAILED, ERROR_MUTANT_LIMIT_EXCEEDED);
    EXPECT_FAILS(wait_all({mutex}, timeout), WAIT_FAILED, ERROR_MUTANT_LIMIT_EXCEEDED);
  }

  EXPECT_TRUE(is_owned(mutex, gettid(), kCeiling));
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_owned(mutex, gettid(), kCeiling - 1));
  set_recursion("M", 0);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(MutexBetween, BlocksEveryThreadButItsOwner) {
  TypeParam peer;
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE theirs = peer.call(open_mutex, "M");

  auto waiting = peer.start(wait_one, theirs, INFINITE);
  await_blocked(peer);
  EXPECT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0) << "its owner still nests";
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_blocked(peer)) << "a release that only lowers the recursion count wakes no waiter";
  EXPECT_EQ(release_mutex(mutex), TRUE);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(MutexBetween, ServesEqualsInOrderHoweverManyHaveWaitedBetweenThem) {
  for (const std::uint64_t between : {std::uint64_t{1} << 31, std::uint64_t{1} << 32}) {
    SCOPED_TRACE(between);
    const HANDLE mutex = create_mutex("M", TRUE);
    TypeParam first;
    TypeParam second;
    const HANDLE firsts = first.call(open_mutex, "M");
    const HANDLE seconds = second.call(open_mutex, "M");
    auto first_wait = first.start(wait_one, firsts, INFINITE);
    await_blocked(first);
    change_object("M", [=](runtime::Object& object) { object.next_ticket.store(object.next_ticket.load() + between); });
    auto second_wait = second.start(wait_one, seconds, INFINITE);
    await_blocked(second);

    EXPECT_EQ(release_mutex(mutex), TRUE);

    EXPECT_EQ(first_wait.get(), WAIT_OBJECT_0);
    EXPECT_TRUE(is_blocked(second));
    EXPECT_EQ(first.call(release_mutex, firsts), TRUE);
    EXPECT_EQ(second_wait.get(), WAIT_OBJECT_0);
    EXPECT_EQ(second.call(release_mutex, seconds), TRUE);
    EXPECT_EQ(first.call(close_handle, firsts), TRUE);
    EXPECT_EQ(second.call(close_handle, seconds), TRUE);
    EXPECT_EQ(close_handle(mutex), TRUE);
  }
}

TYPED_TEST(MutexBetween, IsTakenByNoOtherThreadWhenAWaitTimesOut) {
  TypeParam peer;
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE theirs = peer.call(open_mutex, "M");

  EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_TIMEOUT);
  EXPECT_EQ(peer.call(wait_one, theirs, 20U), WAIT_TIMEOUT);

  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex)) << "handed to a waiter that had given up";
}

TYPED_TEST(MutexBetween, IsHandedToTheWaiterBeforeReleaseReturns) {
  TypeParam peer;
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE theirs = peer.call(open_mutex, "M");
  auto waiting = peer.start(wait_one, theirs, INFINITE);
  await_blocked(peer);

  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_TIMEOUT);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

TEST_F(Mutex, IsHandedToAWaiterThatCannotRunYet) {
  NEEDS_PROCESSES();
  ProcessPeer peer;
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE theirs = peer.call(open_mutex, "M");
  auto waiting = peer.start(wait_one, theirs, INFINITE);
  await_asleep(peer);
  peer.signal(SIGSTOP);

  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_TIMEOUT);

  peer.signal(SIGCONT);
  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

// Releases to the waiters of `mutex` one after the other and expects them to leave in the order given.
template <class PeerType>
void expect_served_in_order(HANDLE mutex, std::vector<std::pair<PeerType*, HANDLE>>& order,
                            std::vector<Pending<DWORD>>& waits) {
  EXPECT_EQ(release_mutex(mutex), TRUE);
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& [peer, theirs] = order[i];
    ASSERT_TRUE(is_owned(mutex, peer->tid(), 1)) << "place " << i;
    EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
    EXPECT_EQ(peer->call(release_mutex, theirs), TRUE);
  }
  EXPECT_TRUE(is_free(mutex));
}

TYPED_TEST(MutexBetween, ServesWaitersOfOneLevelInOrderOfArrival) {
  const HANDLE mutex = create_mutex("M", TRUE);
  TypeParam peers[5];
  std::vector<std::pair<TypeParam*, HANDLE>> order;
  std::vector<Pending<DWORD>> waits;
  for (auto& peer : peers) {
    order.emplace_back(&peer, peer.call(open_mutex, "M"));
    waits.push_back(peer.start(wait_one, order.back().second, INFINITE));
    await_blocked(peer);
  }

  expect_served_in_order(mutex, order, waits);
}

TYPED_TEST(MutexBetween, ServesTheHighestLevelFirst) {
  SKIP_WITHOUT_REALTIME();
  constexpr int kPeers = 5;
  const HANDLE mutex = create_mutex("M", TRUE);
  TypeParam peers[kPeers];
  std::vector<std::pair<TypeParam*, HANDLE>> order(kPeers);
  std::vector<Pending<DWORD>> waits(kPeers, Pending<DWORD>(peers[0]));
  for (int i = 0; i < kPeers; ++i) {  // lowest arrives first
    const auto place = static_cast<std::size_t>(kPeers - 1 - i);
    ASSERT_TRUE(peers[i].call(become_fifo, 10 + 10 * i));
    order[place] = {&peers[i], peers[i].call(open_mutex, "M")};
    waits[place] = peers[i].start(wait_one, order[place].second, INFINITE);
    await_blocked(peers[i]);
  }

  expect_served_in_order(mutex, order, waits);
}

TYPED_TEST(MutexBetween, ServesLevelsThenArrivalWithRealTimeBeforeOrdinaryThreads) {
  SKIP_WITHOUT_REALTIME();
  const HANDLE mutex = create_mutex("M", TRUE);
  constexpr std::array kPriorities{0, 20, 40, 20, 0, 40};          // 0: not real-time
  constexpr std::array<std::size_t, 6> kPlaces{4, 2, 0, 3, 5, 1};  // when each is served
  TypeParam peers[kPriorities.size()];
  std::vector<std::pair<TypeParam*, HANDLE>> order(kPriorities.size());
  std::vector<Pending<DWORD>> waits(kPriorities.size(), Pending<DWORD>(peers[0]));
  for (std::size_t i = 0; i < kPriorities.size(); ++i) {
    if (kPriorities[i] != 0) {
      ASSERT_TRUE(peers[i].call(become_fifo, kPriorities[i]));
    }
    order[kPlaces[i]] = {&peers[i], peers[i].call(open_mutex, "M")};
    waits[kPlaces[i]] = peers[i].start(wait_one, order[kPlaces[i]].second, INFINITE);
    await_blocked(peers[i]);
  }

  expect_served_in_order(mutex, order, waits);
}

bool set_own_level(int level) { return RtSetThreadPriority(RtGetCurrentThread(), level) != FALSE; }

// Of 128 levels several share a Linux priority; among five neighbours two do.
TYPED_TEST(MutexBetween, TellsLevelsApartThatShareALinuxPriority) {
  SKIP_WITHOUT_REALTIME();
  constexpr std::size_t kPeers = 5;
  constexpr int kLowest = 40;
  const HANDLE mutex = create_mutex("M", TRUE);
  TypeParam peers[kPeers];
  std::vector<std::pair<TypeParam*, HANDLE>> order(kPeers);
  std::vector<Pending<DWORD>> waits(kPeers, Pending<DWORD>(peers[0]));
  for (std::size_t i = 0; i < kPeers; ++i) {  // lowest arrives first
    const std::size_t place = kPeers - 1 - i;
    ASSERT_TRUE(peers[i].call(set_own_level, kLowest + static_cast<int>(i)));
    order[place] = {&peers[i], peers[i].call(open_mutex, "M")};
    waits[place] = peers[i].start(wait_one, order[place].second, INFINITE);
    await_blocked(peers[i]);
  }

  expect_served_in_order(mutex, order, waits);
}

TYPED_TEST(MutexBetween, WhoseWaiterTimedOutGoesToTheNext) {
  const HANDLE mutex = create_mutex("M", TRUE);
  TypeParam hasty;
  TypeParam patient;
  const HANDLE theirs = patient.call(open_mutex, "M");
  auto timing_out = hasty.start(wait_one, hasty.call(open_mutex, "M"), 100U);
  auto waiting = patient.start(wait_one, theirs, INFINITE);
  await_blocked(patient);
  EXPECT_EQ(timing_out.get(), WAIT_TIMEOUT);

  EXPECT_EQ(release_mutex(mutex), TRUE);

  EXPECT_TRUE(is_owned(mutex, patient.tid(), 1));
  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_EQ(patient.call(release_mutex, theirs), TRUE);
}

// The counter is not atomic: only the mutex keeps it exact.
std::uint32_t count_under(Name name, std::uint32_t rounds) {
  const HANDLE mutex = open_mutex(name);
  std::uint32_t failures = 0;
  arena().meet(0, 4);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (wait_one(mutex, INFINITE) != WAIT_OBJECT_0) ++failures;
    arena().plain[0] = arena().plain[0] + 1;
    if (!release_mutex(mutex)) ++failures;
  }
  return failures;
}

TYPED_TEST(MutexBetween, ProtectsACounterExactly) {
  constexpr std::uint32_t kRounds = 10'000;
  create_mutex("M", FALSE);
  TypeParam peers[4];
  std::vector<Pending<std::uint32_t>> counting;
  for (auto& peer : peers) counting.push_back(peer.start(count_under, "M", kRounds));

  for (auto& count : counting) EXPECT_EQ(count.get(), 0U);

  EXPECT_EQ(arena().plain[0], 4 * kRounds);
}

TEST_F(Mutex, ProtectsACounterExactlyBetweenThreadsAndProcessesMixed) {
  NEEDS_PROCESSES();
  constexpr std::uint32_t kRounds = 5'000;
  create_mutex("M", FALSE);
  ThreadPeer threads[2];
  ProcessPeer processes[2];
  std::vector<Pending<std::uint32_t>> counting;
  for (auto& peer : threads) counting.push_back(peer.start(count_under, "M", kRounds));
  for (auto& peer : processes) counting.push_back(peer.start(count_under, "M", kRounds));

  for (auto& count : counting) EXPECT_EQ(count.get(), 0U);

  EXPECT_EQ(arena().plain[0], 4 * kRounds);
}

TYPED_TEST(MutexBetween, IsSharedInBothDirectionsByPeersThatOpenEachOthersMutexes) {
  TypeParam peer;
  const HANDLE made_here = create_mutex("here", TRUE);
  const HANDLE made_there = peer.call(create_mutex, "there", TRUE);
  const HANDLE ours = open_mutex("there");
  const HANDLE theirs = peer.call(open_mutex, "here");

  EXPECT_EQ(wait_one(ours, 0), WAIT_TIMEOUT);
  EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_TIMEOUT);
  release_mutex(made_here);
  peer.call(release_mutex, made_there);
  EXPECT_EQ(wait_one(ours, 0), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_OBJECT_0);

  EXPECT_EQ(release_mutex(ours), TRUE);
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

}  // namespace
}  // namespace rtss::test
