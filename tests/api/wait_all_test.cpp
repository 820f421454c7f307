// Wait-all: everything in one step, or nothing.
#include <unistd.h>

#include <csignal>
#include <random>
#include <string>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

class WaitAll : public ApiTest {};

template <class Peer>
class WaitAllBetween : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(WaitAllBetween, Peers, PeerNames);

TEST_F(WaitAll, TakesEverythingWhenAllAreSignaledAlreadyEvenWithTimeOutZero) {
  const HANDLE mutex = create_mutex(nullptr, FALSE);
  const HANDLE automatic = create_event(nullptr, FALSE, TRUE);
  const HANDLE manual = create_event(nullptr, TRUE, TRUE);
  const HANDLE semaphore = create_semaphore(nullptr, 2, 2);

  EXPECT_EQ(wait_all({automatic, mutex, semaphore, manual}, 0), WAIT_OBJECT_0);

  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  EXPECT_TRUE(is_clear(automatic));
  EXPECT_TRUE(is_set(manual));
  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TEST_F(WaitAll, TakesSixtyFourAtOnce) {
  Handles events;
  for (int i = 0; i < MAX_WFMO; ++i) events.add(create_event(nullptr, FALSE, TRUE));
  EXPECT_EQ(wait_all(events, 0), WAIT_OBJECT_0);
  for (DWORD i = 0; i < events.count; ++i) EXPECT_TRUE(is_clear(events.items[i]));
  EXPECT_EQ(wait_all(events, 0), WAIT_TIMEOUT);
}

TEST_F(WaitAll, OnOneObjectTwiceIsRefused) {
  const HANDLE set = create_event("E", FALSE, TRUE);
  const HANDLE again = open_event("E");
  const HANDLE semaphore = create_semaphore(nullptr, 2, 2);
  for (const DWORD timeout : {0U, INFINITE}) {
    EXPECT_FAILS(wait_all({set, set}, timeout), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(wait_all({set, semaphore, again}, timeout), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(wait_all({semaphore, set, semaphore}, timeout), WAIT_FAILED, ERROR_INVALID_PARAMETER);
  }
  EXPECT_TRUE(is_set(set));
  EXPECT_TRUE(has_count(semaphore, 2));
}

TYPED_TEST(WaitAllBetween, TakesNothingUntilEverythingIsSignaledAtOnce) {
  auto& peer = this->peer(0);
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 0, 5);
  const Handles theirs{peer.call(open_mutex, "M"), peer.call(open_event, "E"), peer.call(open_semaphore, "S")};
  auto waiting = peer.start(wait_all, theirs, INFINITE);
  await_blocked(peer);

  EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex)) << "one that arrived must not be held back";
  EXPECT_TRUE(is_blocked(peer));
  EXPECT_EQ(set_event(event), TRUE);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));
  EXPECT_TRUE(is_clear(event));
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_EQ(peer.call(release_mutex, theirs.items[0]), TRUE);
}

TYPED_TEST(WaitAllBetween, LetsOthersTakeWhatHasArrivedAndCompletesWhenAllAreBack) {
  auto& peer = this->peer(0);
  auto& other = this->peer(1);
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE event = create_event("E", TRUE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 0, 5);
  const Handles theirs{peer.call(open_semaphore, "S"), peer.call(open_mutex, "M"), peer.call(open_event, "E")};
  const HANDLE others_semaphore = other.call(open_semaphore, "S");
  const HANDLE others_mutex = other.call(open_mutex, "M");
  auto waiting = peer.start(wait_all, theirs, INFINITE);
  await_blocked(peer);

  release_semaphore(semaphore, 1);
  EXPECT_EQ(other.call(wait_one, others_semaphore, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(other.call(wait_one, others_mutex, 0U), WAIT_OBJECT_0);
  set_event(event);
  EXPECT_TRUE(is_blocked(peer));
  release_semaphore(semaphore, 1);
  reset_event(event);
  EXPECT_EQ(other.call(release_mutex, others_mutex), TRUE);
  EXPECT_TRUE(is_blocked(peer)) << "the event has been reset";
  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_TRUE(is_free(mutex));
  set_event(event);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));
  EXPECT_TRUE(is_set(event));
  EXPECT_EQ(peer.call(release_mutex, theirs.items[1]), TRUE);
}

TYPED_TEST(WaitAllBetween, ThatTimesOutLeavesEverythingAsItWas) {
  auto& peer = this->peer(0);
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE set = create_event("set", FALSE, TRUE);
  const HANDLE semaphore = create_semaphore("S", 3, 5);
  create_event("clear", FALSE, FALSE);
  const Handles theirs{peer.call(open_mutex, "M"), peer.call(open_event, "set"), peer.call(open_semaphore, "S"),
                       peer.call(open_event, "clear")};

  for (const DWORD timeout : {0U, 20U}) {
    EXPECT_EQ(peer.call(wait_all, theirs, timeout), WAIT_TIMEOUT);
    EXPECT_TRUE(is_free(mutex));
    EXPECT_TRUE(is_set(set));
    EXPECT_TRUE(has_count(semaphore, 3));
    for (const auto& object : view().objects()) EXPECT_TRUE(object.waiters.empty()) << object.name;
  }
}

TYPED_TEST(WaitAllBetween, CountsAMutexOfTheCallerAsSignaledAndNestsIt) {
  auto& peer = this->peer(0);
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE owned = peer.call(create_mutex, "M", TRUE);
  const HANDLE mutex = open_mutex("M");
  auto waiting = peer.start(wait_all, Handles{owned, peer.call(open_event, "E")}, INFINITE);
  await_blocked(peer);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));

  set_event(event);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 2));
  EXPECT_EQ(peer.call(release_mutex, owned), TRUE);
  EXPECT_EQ(peer.call(release_mutex, owned), TRUE);
}

TEST_F(WaitAll, OverMutexesOfTheCallerTakesEachOnceMore) {
  const HANDLE first = create_mutex(nullptr, TRUE);
  const HANDLE second = create_mutex(nullptr, TRUE);
  for (const DWORD timeout : {0U, INFINITE}) EXPECT_EQ(wait_all({first, second}, timeout), WAIT_OBJECT_0);
  for (const HANDLE mutex : {first, second}) {
    EXPECT_TRUE(is_owned(mutex, gettid(), 3));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(release_mutex(mutex), TRUE);
  }
}

TYPED_TEST(WaitAllBetween, MixesKindsAndNamedWithUnnamedAndWakersNearAndFar) {
  ThreadPeer waiter;
  auto& far = this->peer(0);
  const HANDLE unnamed = create_event(nullptr, FALSE, FALSE);
  const HANDLE far_mutex = far.call(create_mutex, "M", TRUE);
  const HANDLE far_semaphore = far.call(create_semaphore, "S", 0, 1);
  const HANDLE mutex = open_mutex("M");
  auto waiting = waiter.start(wait_all, Handles{unnamed, mutex, open_semaphore("S")}, INFINITE);
  await_blocked(waiter);

  EXPECT_EQ(far.call(release_semaphore, far_semaphore, 1), TRUE);
  EXPECT_EQ(set_event(unnamed), TRUE);
  EXPECT_TRUE(is_blocked(waiter));
  EXPECT_EQ(far.call(release_mutex, far_mutex), TRUE);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_owned(mutex, waiter.tid(), 1));
  EXPECT_EQ(waiter.call(release_mutex, mutex), TRUE);
}

TYPED_TEST(WaitAllBetween, LeavesAUnitItCannotUseToAWaitAnyBehindIt) {
  auto& all = this->peer(0);
  auto& any = this->peer(1);
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 0, 1);
  auto all_waiting = all.start(wait_all, Handles{all.call(open_event, "E"), all.call(open_semaphore, "S")}, INFINITE);
  await_blocked(all);
  auto any_waiting = any.start(wait_one, any.call(open_event, "E"), INFINITE);
  await_blocked(any);

  EXPECT_EQ(set_event(event), TRUE);
  EXPECT_EQ(any_waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_blocked(all));
  EXPECT_TRUE(is_clear(event));

  set_event(event);
  release_semaphore(semaphore, 1);
  EXPECT_EQ(all_waiting.get(), WAIT_OBJECT_0);
}

TYPED_TEST(WaitAllBetween, WhoseWaiterEndsInTheQueueLeavesTheSignalsToTheLiving) {
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 0, 1);
  const auto handles_of = [](Peer& peer) {
    return Handles{peer.call(open_event, "E"), peer.call(open_semaphore, "S")};
  };
  auto& living = this->peer(0);
  const Handles theirs = handles_of(living);
  {
    TypeParam dying;
    dying.start(wait_all, handles_of(dying), INFINITE);
    await_blocked(dying);
    dying.end();
  }
  await("the dead waiter is out of the queues", [] { return blocked_threads() == 0; });
  auto waiting = living.start(wait_all, theirs, INFINITE);
  await_blocked(living);

  set_event(event);
  EXPECT_TRUE(is_set(event));
  release_semaphore(semaphore, 1);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_clear(event));
  EXPECT_TRUE(has_count(semaphore, 0));
}

TEST_F(WaitAll, KilledAfterTheHandOverGivesEveryUnitBackAndAbandonsTheMutex) {
  NEEDS_PROCESSES();
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 2, 5);
  ProcessPeer peer;
  peer.start(wait_all, Handles{peer.call(open_mutex, "M"), peer.call(open_event, "E"), peer.call(open_semaphore, "S")},
             INFINITE);
  await_asleep(peer);
  peer.signal(SIGSTOP);
  set_event(event);
  EXPECT_TRUE(is_owned(mutex, peer.tid(), 1));
  EXPECT_TRUE(has_count(semaphore, 1));

  peer.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(wait_one(event, INFINITE), WAIT_OBJECT_0);
  await("the semaphore's unit is given back", [semaphore] { return has_count(semaphore, 2); });
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

// ---- many at once
// ----------------------------------------------------------------------------------------------------

// Takes objects `first`, `first + step`, ... (`count` of them, modulo `objects`) together, in that order, checks that
// it is alone with them, and gives them back.
struct Set {
  std::uint32_t first;
  std::uint32_t step;
  std::uint32_t count;
  std::uint32_t objects;
};

std::uint32_t take_together(Set set, std::uint32_t rounds) {
  Handles handles;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < set.count; ++i) {
    numbers.push_back((set.first + i * set.step) % set.objects);
    const std::string name = std::to_string(numbers.back());
    handles.add(numbers.back() % 2 == 0 ? open_semaphore(name.c_str()) : open_mutex(name.c_str()));
  }
  std::uint32_t failures = 0;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (wait_all(handles, INFINITE) != WAIT_OBJECT_0) ++failures;
    for (const auto number : numbers) failures += arena().words[number].exchange(1);
    for (const auto number : numbers) arena().words[number].store(0);
    for (std::uint32_t i = 0; i < set.count; ++i) {
      const BOOL released =
          numbers[i] % 2 == 0 ? release_semaphore(handles.items[i], 1) : release_mutex(handles.items[i]);
      if (!released) ++failures;
    }
  }
  return failures;
}

void create_units(std::uint32_t objects) {
  for (std::uint32_t number = 0; number < objects; ++number) {
    const std::string name = std::to_string(number);
    if (number % 2 == 0) {
      create_semaphore(name.c_str(), 1, 1);
    } else {
      create_mutex(name.c_str(), FALSE);
    }
  }
}

TYPED_TEST(WaitAllBetween, OfTwoInOppositeOrderNeverDeadlock) {
  constexpr std::uint32_t kRounds = 5000;
  create_units(2);
  auto forth = this->peer(0).start(take_together, Set{.first = 0, .step = 1, .count = 2, .objects = 2}, kRounds);
  auto back = this->peer(1).start(take_together, Set{.first = 1, .step = 1, .count = 2, .objects = 2}, kRounds);
  EXPECT_EQ(forth.get(), 0U);
  EXPECT_EQ(back.get(), 0U);
}

TYPED_TEST(WaitAllBetween, OfThreeInARingNeverDeadlock) {
  constexpr std::uint32_t kRounds = 3000;
  create_units(3);
  std::vector<Pending<std::uint32_t>> taking;
  for (std::uint32_t i = 0; i < 3; ++i) {
    taking.push_back(this->peer(i).start(take_together, Set{.first = i, .step = 1, .count = 2, .objects = 3}, kRounds));
  }
  for (auto& take : taking) EXPECT_EQ(take.get(), 0U);
}

TYPED_TEST(WaitAllBetween, OverSixtyFourObjectsWithOverlappingSetsNeverDeadlock) {
  constexpr std::uint32_t kRounds = 300;
  constexpr std::uint32_t kObjects = 64;
  create_units(kObjects);
  constexpr Set kSets[] = {{.first = 0, .step = 1, .count = 64, .objects = kObjects},
                           {.first = 63, .step = 63, .count = 64, .objects = kObjects},
                           {.first = 5, .step = 3, .count = 20, .objects = kObjects},
                           {.first = 40, .step = 5, .count = 12, .objects = kObjects}};
  std::vector<Pending<std::uint32_t>> taking;
  for (std::size_t i = 0; i < 4; ++i) taking.push_back(this->peer(i).start(take_together, kSets[i], kRounds));
  for (auto& take : taking) EXPECT_EQ(take.get(), 0U);
  for (std::uint32_t number = 0; number < kObjects; number += 2) {
    EXPECT_TRUE(has_count(open_semaphore(std::to_string(number).c_str()), 1));
  }
}

// Consumes units of S alone, or together with one of T, until the event `end` says stop. Returns how many it took.
std::uint32_t consume_units(BOOL with_t) {
  const HANDLE s = open_semaphore("S");
  const HANDLE t = open_semaphore("T");
  const HANDLE end = open_event("end");
  std::uint32_t taken = 0;
  while (wait_one(end, 0) == WAIT_TIMEOUT) {
    const DWORD result = with_t ? wait_all({t, s}, 1) : wait_any({s, end}, INFINITE);
    if (result == WAIT_OBJECT_0) ++taken;
  }
  return taken;
}

TYPED_TEST(WaitAllBetween, ContendingWithWaitAnyForUnitsLosesAndDoublesNone) {
  constexpr LONG kUnits = 4000;
  const HANDLE s = create_semaphore("S", 0, kUnits);
  const HANDLE t = create_semaphore("T", 0, kUnits);
  const HANDLE end = create_event("end", TRUE, FALSE);
  std::vector<Pending<std::uint32_t>> consuming;
  for (std::size_t i = 0; i < 4; ++i)
    consuming.push_back(this->peer(i).start(consume_units, i % 2 == 0 ? TRUE : FALSE));

  std::minstd_rand random(2);
  LONG posted_t = 0;
  for (LONG unit = 0; unit < kUnits; ++unit) {
    ASSERT_EQ(release_semaphore(s, 1), TRUE);
    if (random() % 3 == 0) {
      ASSERT_EQ(release_semaphore(t, 1), TRUE);
      ++posted_t;
    }
  }
  await("all units are consumed", [s] { return has_count(s, 0); });
  set_event(end);

  std::uint32_t by_all = 0;
  std::uint32_t by_any = 0;
  for (std::size_t i = 0; i < 4; ++i) (i % 2 == 0 ? by_all : by_any) += consuming[i].get();
  EXPECT_EQ(by_all + by_any, static_cast<std::uint32_t>(kUnits));
  EXPECT_TRUE(has_count(t, posted_t - static_cast<LONG>(by_all)));
}

}  // namespace
}  // namespace rtss::test
