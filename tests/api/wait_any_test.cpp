// Wait-any: the lowest signaled index wins, and nothing else changes.
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/rounds.h"

namespace rtss::test {
namespace {

class WaitAny : public ApiTest {};

template <class Peer>
class WaitAnyBetween : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(WaitAnyBetween, Peers, PeerNames);

TEST_F(WaitAny, TakesTheLowestSignaledIndexAndChangesNothingElse) {
  const HANDLE clear = create_event(nullptr, FALSE, FALSE);
  const HANDLE semaphore = create_semaphore(nullptr, 2, 2);
  const HANDLE mutex = create_mutex(nullptr, FALSE);
  const HANDLE set = create_event(nullptr, FALSE, TRUE);

  EXPECT_EQ(wait_any({clear, semaphore, mutex, set}, 0), WAIT_OBJECT_0 + 1);
  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_TRUE(is_free(mutex));
  EXPECT_TRUE(is_set(set));
  EXPECT_EQ(wait_any({clear, mutex, semaphore, set}, INFINITE), WAIT_OBJECT_0 + 1);
  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TEST_F(WaitAny, TakesSixtyFourSetEventsFromTheLowestToTheHighest) {
  Handles events;
  for (int i = 0; i < MAX_WFMO; ++i) events.add(create_event(nullptr, FALSE, TRUE));

  for (DWORD i = 0; i < MAX_WFMO; ++i) EXPECT_EQ(wait_any(events, 0), WAIT_OBJECT_0 + i);
  EXPECT_EQ(wait_any(events, 0), WAIT_TIMEOUT);
}

TYPED_TEST(WaitAnyBetween, IsSatisfiedByWhicheverOfSixtyFourIsSignaled) {
  auto& peer = this->peer(0);
  std::vector<HANDLE> ours;
  Handles theirs;
  for (int i = 0; i < MAX_WFMO; ++i) {
    const std::string name = std::to_string(i);
    ours.push_back(create_event(name.c_str(), FALSE, FALSE));
    theirs.add(peer.call(open_event, name.c_str()));
  }
  for (const DWORD index : {0U, 1U, 31U, 62U, 63U}) {
    auto waiting = peer.start(wait_any, theirs, INFINITE);
    await_blocked(peer);
    EXPECT_EQ(set_event(ours[index]), TRUE);
    EXPECT_EQ(waiting.get(), WAIT_OBJECT_0 + index);
    EXPECT_TRUE(is_clear(ours[index]));
  }
  for (const auto& object : view().objects()) EXPECT_TRUE(object.waiters.empty()) << object.name;
}

TEST_F(WaitAny, OnOneObjectTwiceReportsTheLowestIndexAndTakesItOnce) {
  const HANDLE semaphore = create_semaphore("S", 2, 2);
  const HANDLE again = open_semaphore("S");
  EXPECT_EQ(wait_any({semaphore, semaphore}, 0), WAIT_OBJECT_0);
  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_EQ(wait_any({again, semaphore, again}, 0), WAIT_OBJECT_0);
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_EQ(wait_any({again, semaphore, again}, 0), WAIT_TIMEOUT);
}

TYPED_TEST(WaitAnyBetween, BlockedOnOneObjectTwiceIsServedOnceAtTheLowestIndex) {
  auto& waiter = this->peer(0);
  auto& next = this->peer(1);
  const HANDLE semaphore = create_semaphore("S", 0, 9);
  create_event("E", FALSE, FALSE);
  const HANDLE first = waiter.call(open_semaphore, "S");
  const HANDLE second = waiter.call(open_semaphore, "S");
  const HANDLE event = waiter.call(open_event, "E");
  for (int round = 0; round < 20; ++round) {
    auto waiting = waiter.start(wait_any, Handles{event, first, second, first}, INFINITE);
    await_blocked(waiter);
    auto following = next.start(wait_one, next.call(open_semaphore, "S"), INFINITE);
    await_blocked(next);

    EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
    EXPECT_EQ(waiting.get(), WAIT_OBJECT_0 + 1);
    EXPECT_TRUE(is_blocked(next));
    EXPECT_TRUE(has_count(semaphore, 0));
    EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
    EXPECT_EQ(following.get(), WAIT_OBJECT_0);
  }
}

TYPED_TEST(WaitAnyBetween, BlockedOnOneManualEventTwiceSurvivesItsSignal) {
  const HANDLE event = create_event("E", TRUE, FALSE);
  std::vector<Pending<DWORD>> waits;
  for (std::size_t i = 0; i < 3; ++i) {
    auto& peer = this->peer(i);
    const HANDLE theirs = peer.call(open_event, "E");
    waits.push_back(peer.start(wait_any, Handles{theirs, theirs, theirs, theirs}, INFINITE));
    await_blocked(peer);
  }

  EXPECT_EQ(set_event(event), TRUE);

  for (auto& waiting : waits) EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(view().object("E")->waiters.empty());
}

TYPED_TEST(WaitAnyBetween, BlockedOnOneMutexTwiceOwnsItOnce) {
  auto& peer = this->peer(0);
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE theirs = peer.call(open_mutex, "M");
  auto waiting = peer.start(wait_any, Handles{theirs, theirs}, INFINITE);
  await_blocked(peer);

  EXPECT_EQ(release_mutex(mutex), TRUE);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

TEST_F(WaitAny, OverMutexesOfTheCallerTakesTheFirstOnceMore) {
  const HANDLE first = create_mutex(nullptr, TRUE);
  const HANDLE second = create_mutex(nullptr, TRUE);

  EXPECT_EQ(wait_any({first, second}, INFINITE), WAIT_OBJECT_0);

  EXPECT_TRUE(is_owned(first, gettid(), 2));
  EXPECT_TRUE(is_owned(second, gettid(), 1));
  release_mutex(first);
  release_mutex(first);
  release_mutex(second);
}

constexpr std::size_t kCallWord = 0;
constexpr std::size_t kLookingWord = 1;
constexpr std::size_t kTakenWord = 2;

// Takes A, then B, again and again; each must be found in that order. B comes last of 64, so that both are often set
// while the look passes over the clear ones between them.
std::uint32_t take_pairs(DWORD milliseconds) {
  const HANDLE a = open_event("A");
  const HANDLE b = open_event("B");
  Handles order{a};
  while (order.count < MAX_WFMO - 1) order.add(create_event(nullptr, FALSE, FALSE));
  order.add(b);
  const auto next = [&] {
    DWORD result = WAIT_TIMEOUT;
    while (result == WAIT_TIMEOUT) result = wait_any(order, milliseconds);
    return result;
  };
  std::uint32_t failures = 0;
  for (std::uint32_t round = 1; follow_round(kCallWord, round); ++round) {
    arena().words[kLookingWord].store(round);
    if (next() != WAIT_OBJECT_0) ++failures;
    if (next() != WAIT_OBJECT_0 + order.count - 1) ++failures;
    arena().words[kTakenWord].store(round);
  }
  return failures;
}

TYPED_TEST(WaitAnyBetween, OfTwoSetOneAfterTheOtherAlwaysGetsTheFirstFirst) {
  const HANDLE a = create_event("A", FALSE, FALSE);
  const HANDLE b = create_event("B", FALSE, FALSE);
  for (const DWORD milliseconds : {0U, INFINITE}) {
    SCOPED_TRACE(milliseconds == 0 ? "polling" : "blocking");
    arena().clear();
    auto taking = this->peer(0).start(take_pairs, milliseconds);

    Rounds rounds(milliseconds == 0 ? 10'000 : 500);
    while (rounds.next()) {
      call_round(kCallWord, rounds.round());
      follow_round(kLookingWord, rounds.round());
      set_event(a);
      set_event(b);
      follow_round(kTakenWord, rounds.round());
    }
    call_end(kCallWord);

    EXPECT_EQ(taking.get(), 0U);
  }
}

TYPED_TEST(WaitAnyBetween, MixesKindsAndNamedWithUnnamedAndWakersNearAndFar) {
  ThreadPeer waiter;
  auto& far = this->peer(0);
  const HANDLE unnamed_event = create_event(nullptr, FALSE, FALSE);
  const HANDLE unnamed_mutex = create_mutex(nullptr, TRUE);
  const HANDLE far_mutex = far.call(create_mutex, "M", TRUE);
  const HANDLE far_event = far.call(create_event, "E", FALSE, FALSE);
  const HANDLE far_semaphore = far.call(create_semaphore, "S", 0, 1);
  const Handles mixed{unnamed_event, open_mutex("M"), open_event("E"), open_semaphore("S"), unnamed_mutex};
  const auto wait_and = [&](auto signal) {
    auto waiting = waiter.start(wait_any, mixed, INFINITE);
    await_blocked(waiter);
    EXPECT_EQ(signal(), TRUE);
    return waiting.get();
  };

  EXPECT_EQ(wait_and([&] { return set_event(unnamed_event); }), WAIT_OBJECT_0);
  EXPECT_EQ(wait_and([&] { return far.call(set_event, far_event); }), WAIT_OBJECT_0 + 2);
  EXPECT_EQ(wait_and([&] { return far.call(release_semaphore, far_semaphore, 1); }), WAIT_OBJECT_0 + 3);
  EXPECT_EQ(wait_and([&] { return far.call(release_mutex, far_mutex); }), WAIT_OBJECT_0 + 1);
  EXPECT_EQ(waiter.call(release_mutex, mixed.items[1]), TRUE);
  EXPECT_EQ(far.call(wait_one, far_mutex, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(wait_and([&] { return release_mutex(unnamed_mutex); }), WAIT_OBJECT_0 + 4);
  EXPECT_EQ(waiter.call(release_mutex, unnamed_mutex), TRUE);
  EXPECT_EQ(far.call(release_mutex, far_mutex), TRUE);
}

TYPED_TEST(WaitAnyBetween, ThatTimesOutLeavesEveryObjectAsItWas) {
  auto& peer = this->peer(0);
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 0, 1);
  const Handles theirs{peer.call(open_mutex, "M"), peer.call(open_event, "E"), peer.call(open_semaphore, "S")};

  for (const DWORD timeout : {0U, 20U}) EXPECT_EQ(peer.call(wait_any, theirs, timeout), WAIT_TIMEOUT);

  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  for (const auto& object : view().objects()) EXPECT_TRUE(object.waiters.empty()) << object.name;
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex));
  EXPECT_EQ(set_event(event), TRUE);
  EXPECT_TRUE(is_set(event));
  EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
  EXPECT_TRUE(has_count(semaphore, 1));
}

TYPED_TEST(WaitAnyBetween, WhoseWaiterEndsInTheQueueLeavesTheSignalToTheLiving) {
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 0, 1);
  const auto handles_of = [](Peer& peer) {
    return Handles{peer.call(open_mutex, "M"), peer.call(open_event, "E"), peer.call(open_semaphore, "S")};
  };
  const auto wait_behind_a_dead_waiter = [&](auto signal, DWORD index) {
    TypeParam dying;
    TypeParam living;
    dying.start(wait_any, handles_of(dying), INFINITE);
    await_blocked(dying);
    const Handles theirs = handles_of(living);
    auto waiting = living.start(wait_any, theirs, INFINITE);
    await_blocked(living);
    dying.end();
    await("the dead waiter is out of the queues", [] { return blocked_threads() == 1; });
    EXPECT_EQ(signal(), TRUE);
    EXPECT_EQ(waiting.get(), WAIT_OBJECT_0 + index);
    return theirs;
  };

  wait_behind_a_dead_waiter([&] { return set_event(event); }, 1);
  wait_behind_a_dead_waiter([&] { return release_semaphore(semaphore, 1); }, 2);
  wait_behind_a_dead_waiter([&] { return release_mutex(mutex); }, 0);
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED) << "the living one ended as its owner";
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_clear(event));
  EXPECT_TRUE(has_count(semaphore, 0));
}

// ---- a waiter that is killed between the hand-over and its first step
// ------------------------------------------------

// Blocks `peer` on the object and stops it there, so that it cannot take note of what it is handed.
void stop_waiting(ProcessPeer& peer, HANDLE (*open)(Name), const char* name) {
  peer.start(wait_any, Handles{peer.call(open, name)}, INFINITE);
  await_asleep(peer);
  peer.signal(SIGSTOP);
}

TEST_F(WaitAny, KilledAfterTheHandOverOfAMutexAbandonsIt) {
  NEEDS_PROCESSES();
  const HANDLE mutex = create_mutex("M", TRUE);
  ProcessPeer peer;
  stop_waiting(peer, open_mutex, "M");
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));

  peer.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TEST_F(WaitAny, KilledAfterTheHandOverOfAUnitGivesItBack) {
  NEEDS_PROCESSES();
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 0, 5);
  ProcessPeer event_waiter;
  ProcessPeer semaphore_waiter;
  stop_waiting(event_waiter, open_event, "E");
  stop_waiting(semaphore_waiter, open_semaphore, "S");
  set_event(event);
  release_semaphore(semaphore, 1);
  EXPECT_TRUE(is_clear(event));
  EXPECT_TRUE(has_count(semaphore, 0));

  event_waiter.end();
  semaphore_waiter.end();

  EXPECT_EQ(wait_one(event, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(wait_one(semaphore, INFINITE), WAIT_OBJECT_0);
  EXPECT_TRUE(is_clear(event));
  EXPECT_TRUE(has_count(semaphore, 0));
}

TEST_F(WaitAny, KilledAfterTheHandOverPassesTheUnitToTheNextWaiter) {
  NEEDS_PROCESSES();
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE mutex = create_mutex("M", TRUE);
  for (const bool with_mutex : {false, true}) {
    SCOPED_TRACE(with_mutex ? "mutex" : "event");
    ProcessPeer dying;
    ProcessPeer next;
    stop_waiting(dying, with_mutex ? open_mutex : open_event, with_mutex ? "M" : "E");
    const HANDLE theirs = next.call(with_mutex ? open_mutex : open_event, with_mutex ? "M" : "E");
    auto waiting = next.start(wait_one, theirs, INFINITE);
    await_blocked(next);
    EXPECT_EQ(with_mutex ? release_mutex(mutex) : set_event(event), TRUE);
    EXPECT_TRUE(is_blocked(next));

    dying.end();

    EXPECT_EQ(waiting.get(), with_mutex ? WAIT_ABANDONED : WAIT_OBJECT_0);
    if (with_mutex) {
      EXPECT_EQ(next.call(release_mutex, theirs), TRUE);
    }
  }
}

}  // namespace
}  // namespace rtss::test
