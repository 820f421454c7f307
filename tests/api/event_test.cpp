// Events: set, reset and pulse, manual and auto, and which waiters leave.
#include <unistd.h>

#include <csignal>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

constexpr BOOL kManual = TRUE;
constexpr BOOL kAuto = FALSE;
constexpr BOOL kSet = TRUE;
constexpr BOOL kClear = FALSE;

class Event : public ApiTest {};

constexpr std::size_t kPeers = 5;

template <class Peer>
class EventBetween : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(EventBetween, Peers, PeerNames);

TEST_F(Event, StartsInTheStateAndKindItIsGiven) {
  for (const BOOL kind : {kManual, kAuto}) {
    for (const BOOL state : {kSet, kClear}) {
      const HANDLE event = create_event(nullptr, kind, state);
      const auto view = query_event(event);
      ASSERT_TRUE(view);
      EXPECT_EQ(view->manual_reset != FALSE, kind != FALSE);
      EXPECT_EQ(view->signaled != FALSE, state != FALSE);
      EXPECT_EQ(wait_one(event, 0), state == kSet ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
    }
  }
}

TYPED_TEST(EventBetween, ManualStaysSetForEveryWaitUntilReset) {
  const HANDLE event = create_event("E", kManual, kSet);
  const HANDLE theirs = this->peer(0).call(open_event, "E");

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(wait_one(event, 0), WAIT_OBJECT_0);
    EXPECT_EQ(this->peer(0).call(wait_one, theirs, 0U), WAIT_OBJECT_0);
  }
  EXPECT_EQ(this->peer(0).call(reset_event, theirs), TRUE);
  EXPECT_EQ(wait_one(event, 0), WAIT_TIMEOUT);
  EXPECT_TRUE(is_clear(event));
}

TYPED_TEST(EventBetween, AutoIsConsumedByOneWait) {
  const HANDLE event = create_event("E", kAuto, kSet);
  const HANDLE theirs = this->peer(0).call(open_event, "E");

  EXPECT_EQ(this->peer(0).call(wait_one, theirs, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(wait_one(event, 0), WAIT_TIMEOUT);
  EXPECT_TRUE(is_clear(event));
}

TEST_F(Event, SetOfASetEventAndResetOfAClearOneSucceedAndChangeNothing) {
  for (const BOOL kind : {kManual, kAuto}) {
    const HANDLE event = create_event(nullptr, kind, kClear);
    EXPECT_EQ(reset_event(event), TRUE);
    EXPECT_TRUE(is_clear(event));
    EXPECT_EQ(set_event(event), TRUE);
    EXPECT_EQ(set_event(event), TRUE);
    EXPECT_TRUE(is_set(event));
  }
}

TEST_F(Event, SetsOfAnAutoEventAreNotCounted) {
  const HANDLE event = create_event("E", kAuto, kClear);
  set_event(event);
  set_event(event);
  EXPECT_EQ(wait_one(event, 0), WAIT_OBJECT_0);
  EXPECT_EQ(wait_one(event, 0), WAIT_TIMEOUT);
}

TYPED_TEST(EventBetween, SetOfAnAutoEventReleasesExactlyOneOfSeveralWaiters) {
  const HANDLE event = create_event("E", kAuto, kClear);
  auto waits = this->let_wait(kPeers, open_event, "E");

  EXPECT_EQ(set_event(event), TRUE);

  EXPECT_EQ(this->still_blocked(), kPeers - 1);
  EXPECT_TRUE(is_clear(event));
  EXPECT_EQ(waits[0].get(), WAIT_OBJECT_0);
}

TYPED_TEST(EventBetween, SetOfAnAutoEventReleasesWaitersOfOneLevelInOrderOfArrival) {
  const HANDLE event = create_event("E", kAuto, kClear);
  auto waits = this->let_wait(kPeers, open_event, "E");

  for (std::size_t i = 0; i < kPeers; ++i) {
    EXPECT_FALSE(waits[i].done()) << "left by itself";
    EXPECT_EQ(set_event(event), TRUE);
    EXPECT_EQ(this->still_blocked(), kPeers - 1 - i);
    ASSERT_FALSE(is_blocked(this->peer(i))) << "another one was served";
    EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
  }
  EXPECT_TRUE(is_clear(event));
}

TYPED_TEST(EventBetween, SetOfAnAutoEventReleasesTheHighestLevelFirst) {
  SKIP_WITHOUT_REALTIME();
  const HANDLE event = create_event("E", kAuto, kClear);
  int priority = 10;
  for (std::size_t i = 0; i < kPeers; ++i) ASSERT_TRUE(this->peer(i).call(become_fifo, priority += 10));
  auto waits = this->let_wait(kPeers, open_event, "E");

  for (std::size_t i = kPeers; i-- > 0;) {
    EXPECT_EQ(set_event(event), TRUE);
    EXPECT_EQ(this->still_blocked(), i);
    ASSERT_FALSE(is_blocked(this->peer(i))) << "another one was served";
    EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
  }
}

TYPED_TEST(EventBetween, SetOfAnAutoEventWithoutWaitersServesTheNextWait) {
  const HANDLE event = create_event("E", kAuto, kClear);
  EXPECT_EQ(set_event(event), TRUE);
  EXPECT_TRUE(is_set(event));

  auto& peer = this->peer(0);
  EXPECT_EQ(peer.call(wait_one, peer.call(open_event, "E"), INFINITE), WAIT_OBJECT_0);
  EXPECT_TRUE(is_clear(event));
}

TYPED_TEST(EventBetween, SetOfAManualEventReleasesAllWaitersAndStaysSet) {
  const HANDLE event = create_event("E", kManual, kClear);
  auto waits = this->let_wait(kPeers, open_event, "E");

  EXPECT_EQ(set_event(event), TRUE);

  EXPECT_EQ(this->still_blocked(), 0U);
  EXPECT_TRUE(is_set(event));
  for (auto& waiting : waits) EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

TYPED_TEST(EventBetween, SetAndResetOfAManualEventReleaseThoseWhoWaited) {
  const HANDLE event = create_event("E", kManual, kClear);
  auto waits = this->let_wait(kPeers, open_event, "E");

  set_event(event);
  reset_event(event);

  for (auto& waiting : waits) EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_clear(event));
}

TYPED_TEST(EventBetween, PulseOfAManualEventReleasesAllWaitersAndEndsClear) {
  const HANDLE event = create_event("E", kManual, kClear);
  auto waits = this->let_wait(kPeers, open_event, "E");

  EXPECT_EQ(pulse_event(event), TRUE);

  ASSERT_EQ(this->still_blocked(), 0U);
  EXPECT_TRUE(is_clear(event));
  for (auto& waiting : waits) EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

TYPED_TEST(EventBetween, PulseOfAnAutoEventReleasesExactlyOneAndEndsClear) {
  const HANDLE event = create_event("E", kAuto, kClear);
  auto waits = this->let_wait(kPeers, open_event, "E");

  for (std::size_t i = 0; i < kPeers; ++i) {
    EXPECT_EQ(pulse_event(event), TRUE);
    EXPECT_EQ(this->still_blocked(), kPeers - 1 - i);
    EXPECT_TRUE(is_clear(event));
    ASSERT_FALSE(is_blocked(this->peer(i))) << "another one was served";
    EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
  }
}

TEST_F(Event, PulseWithoutWaitersJustClears) {
  for (const BOOL kind : {kManual, kAuto}) {
    for (const BOOL state : {kSet, kClear}) {
      const HANDLE event = create_event(nullptr, kind, state);
      EXPECT_EQ(pulse_event(event), TRUE);
      EXPECT_TRUE(is_clear(event));
      EXPECT_EQ(wait_one(event, 0), WAIT_TIMEOUT);
    }
  }
}

struct PulseTally {
  std::uint32_t seen_set;
  std::uint32_t passed;
};

// Looks at event E, and polls it, until it is stopped.
PulseTally look_for_pulses() {
  PulseTally tally{};
  const HANDLE event = open_event("E");
  while (arena().words[0].load() == 0) {
    if (query_event(event)->signaled) ++tally.seen_set;
    if (wait_one(event, 0) == WAIT_OBJECT_0) ++tally.passed;
    arena().words[1].fetch_add(1);
  }
  return tally;
}

// A waiter that cannot use the pulses is queued: without a queue a pulse only clears the event.
TYPED_TEST(EventBetween, PulseIsNeverSeenHalfDone) {
  constexpr std::uint32_t kLooks = kSanitized ? 50'000 : 500'000;
  const HANDLE event = create_event("E", kManual, kClear);
  create_event("never", kManual, kClear);
  auto& queued = this->peer(1);
  auto waiting =
      queued.start(wait_all, Handles{queued.call(open_event, "E"), queued.call(open_event, "never")}, INFINITE);
  await_blocked(queued);
  auto looking = this->peer(0).start(look_for_pulses);
  await("the observer looks", [] { return arena().words[1].load() > 0; });

  while (arena().words[1].load() < kLooks) pulse_event(event);
  arena().words[0].store(1);

  const auto tally = looking.get();
  EXPECT_EQ(tally.seen_set, 0U);
  EXPECT_EQ(tally.passed, 0U);
  EXPECT_FALSE(waiting.done());
}

TYPED_TEST(EventBetween, PulseReleasesABlockedWaiterWhatever) {
  constexpr int kRounds = 200;
  const HANDLE event = create_event("E", kAuto, kClear);
  auto& peer = this->peer(0);
  const HANDLE theirs = peer.call(open_event, "E");
  for (int round = 0; round < kRounds; ++round) {
    auto waiting = peer.start(wait_one, theirs, INFINITE);
    await_blocked(peer);
    EXPECT_EQ(pulse_event(event), TRUE);
    ASSERT_FALSE(is_blocked(peer)) << "round " << round;
    EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  }
}

TEST_F(Event, PulseReleasesAWaiterThatIsStopped) {
  NEEDS_PROCESSES();
  ProcessPeer peer;
  const HANDLE event = create_event("E", kManual, kClear);
  auto waiting = peer.start(wait_one, peer.call(open_event, "E"), INFINITE);
  await_asleep(peer);
  peer.signal(SIGSTOP);

  EXPECT_EQ(pulse_event(event), TRUE);
  ASSERT_FALSE(is_blocked(peer));
  peer.signal(SIGCONT);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

TYPED_TEST(EventBetween, PulseReleasesAWaitAllOnlyIfItsOtherObjectsAreSignaled) {
  for (const BOOL kind : {kManual, kAuto}) {
    SCOPED_TRACE(kind == kManual ? "manual" : "auto");
    const HANDLE event = create_event("E", kind, kClear);
    const HANDLE semaphore = create_semaphore("S", 0, 1);
    auto& peer = this->peer(0);
    const Handles both{peer.call(open_event, "E"), peer.call(open_semaphore, "S")};
    auto waiting = peer.start(wait_all, both, INFINITE);
    await_blocked(peer);

    EXPECT_EQ(pulse_event(event), TRUE);
    EXPECT_TRUE(is_blocked(peer));
    EXPECT_TRUE(is_clear(event));
    EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
    EXPECT_TRUE(is_blocked(peer)) << "the pulse is over";
    EXPECT_TRUE(has_count(semaphore, 1));
    EXPECT_EQ(pulse_event(event), TRUE);

    EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
    EXPECT_TRUE(has_count(semaphore, 0));
    EXPECT_TRUE(is_clear(event));
    for (const HANDLE handle : {both.items[0], both.items[1]}) peer.call(close_handle, handle);
    close_all_handles();
  }
}

TYPED_TEST(EventBetween, PulseOfAnAutoEventPassesOverAWaitAllThatCannotUseIt) {
  const HANDLE event = create_event("E", kAuto, kClear);
  create_semaphore("S", 0, 1);
  auto& all = this->peer(0);
  auto& any = this->peer(1);
  all.start(wait_all, Handles{all.call(open_event, "E"), all.call(open_semaphore, "S")}, INFINITE);
  await_blocked(all);
  auto waiting = any.start(wait_one, any.call(open_event, "E"), INFINITE);
  await_blocked(any);

  EXPECT_EQ(pulse_event(event), TRUE);

  ASSERT_FALSE(is_blocked(any));
  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(is_blocked(all));
}

TYPED_TEST(EventBetween, PulseOfAManualEventReleasesWaitAnyWaitersToo) {
  const HANDLE event = create_event("E", kManual, kClear);
  create_event("other", kManual, kClear);
  auto& peer = this->peer(0);
  auto waiting = peer.start(wait_any, Handles{peer.call(open_event, "other"), peer.call(open_event, "E")}, INFINITE);
  await_blocked(peer);

  EXPECT_EQ(pulse_event(event), TRUE);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0 + 1);
}

std::uint32_t set_until_told() {
  const HANDLE event = open_event("E");
  std::uint32_t failures = 0;
  while (arena().words[0].load() == 0) {
    if (!set_event(event)) ++failures;
    arena().words[1].fetch_add(1);
  }
  return failures;
}

TYPED_TEST(EventBetween, ThatIsAlwaysSetNeverTimesOutHoweverBusyItIs) {
  constexpr int kPolls = 20'000;
  const HANDLE event = create_event("E", kManual, kSet);
  const HANDLE never = create_event("never", kManual, kClear);
  std::vector<Pending<std::uint32_t>> setting;
  for (std::size_t i = 0; i < kPeers; ++i) setting.push_back(this->peer(i).start(set_until_told));
  await("the setters are busy", [] { return arena().words[1].load() > 100; });

  int timeouts = 0;
  for (int i = 0; i < kPolls; ++i) {
    if (wait_one(event, 0) != WAIT_OBJECT_0) ++timeouts;
    if (wait_any({never, event}, 0) != WAIT_OBJECT_0 + 1) ++timeouts;
  }
  arena().words[0].store(1);

  EXPECT_EQ(timeouts, 0);
  for (auto& setter : setting) EXPECT_EQ(setter.get(), 0U);
}

// Answers each ping with a pong; neither side may be more than one step ahead.
std::uint32_t return_pings(std::uint32_t rounds) {
  const HANDLE ping = open_event("ping");
  const HANDLE pong = open_event("pong");
  std::uint32_t failures = 0;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (wait_one(ping, INFINITE) != WAIT_OBJECT_0) ++failures;
    if (arena().words[0].fetch_add(1) != 2 * round + 1) ++failures;
    if (!set_event(pong)) ++failures;
  }
  return failures;
}

TYPED_TEST(EventBetween, PingPongLosesAndDoublesNothing) {
  constexpr std::uint32_t kRounds = 3000;
  const HANDLE ping = create_event("ping", kAuto, kClear);
  const HANDLE pong = create_event("pong", kAuto, kClear);
  auto returning = this->peer(0).start(return_pings, kRounds);

  for (std::uint32_t round = 0; round < kRounds; ++round) {
    ASSERT_EQ(arena().words[0].fetch_add(1), 2 * round);
    ASSERT_EQ(set_event(ping), TRUE);
    ASSERT_EQ(wait_one(pong, INFINITE), WAIT_OBJECT_0);
  }

  EXPECT_EQ(returning.get(), 0U);
  EXPECT_TRUE(is_clear(ping));
  EXPECT_TRUE(is_clear(pong));
}

}  // namespace
}  // namespace rtss::test
