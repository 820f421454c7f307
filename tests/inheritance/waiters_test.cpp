// One mutex: whose level its owner runs at, and for how long.
#include <chrono>

#include "tests/inheritance/inheritance_test.h"

namespace rtss::test {
namespace {

constexpr DWORD kLong = 400;  // ms: longer than the steps until it is expected to end

template <class PeerType>
class OneMutex : public InheritanceTest<PeerType> {};
TYPED_TEST_SUITE(OneMutex, Peers, PeerNames);

// - p10 takes M
// - p20 waits for M: p10 runs at 20
// - p10 releases M: p20 owns it, each runs at its own level
TYPED_TEST(OneMutex, OwnerRunsAtTheWaitersLevelUntilItReleases) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  p10.takes("M");
  THEN(p10.owns("M"), p10.runs_at(10), p20.runs_at(20));
  p20.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(20), p20.runs_at(20));
  p10.releases("M");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("M"), p10.runs_at(10), p20.runs_at(20));
  p20.releases("M");
  THEN(nobody_owns("M"), p10.runs_at(10), p20.runs_at(20));
}

// - p20 takes M
// - p10, then another of level 20, wait: nothing changes
// - p21 waits: p20 runs at 21, though both levels are near
TYPED_TEST(OneMutex, OwnerIsNotChangedByWaitersOfLowerOrEqualLevel) {
  auto& p20 = this->peer_at(20);
  auto& p10 = this->peer_at(10);
  auto& equal = this->peer_at(20);
  auto& p21 = this->peer_at(21);
  p20.takes("M");
  p10.waits_for("M");
  THEN(p20.owns("M"), p20.runs_at(20), p10.runs_at(10));
  equal.waits_for("M");
  THEN(p20.owns("M"), p20.runs_at(20), equal.runs_at(20));
  p21.waits_for("M");
  THEN(p20.owns("M"), p20.runs_at(21), p21.runs_at(21), are_queued("M", {&p21, &equal, &p10}));
}

// - p10 takes M; p20, p30 and p40 wait: p10 runs at 40
// - p40's wait times out: p10 runs at 30, the next maximum
// - p30 dies: p10 runs at 20
// - p20's level stays its own all the time
TYPED_TEST(OneMutex, OwnerDropsToTheNextWaiterWhenTheTopOneLeaves) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  auto& p40 = this->peer_at(40);
  p10.takes("M");
  p20.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(20));
  p30.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(30));
  p40.waits_for("M", kLong);
  THEN(p10.owns("M"), p10.runs_at(40));
  THEN(p40.wakes_with(WAIT_TIMEOUT), p10.owns("M"), p10.runs_at(30));
  p30.dies();
  THEN(p10.owns("M"), p10.runs_at(20), p20.is_waiting(), p20.runs_at(20));
}

// - p10 takes M; p20 waits with a time-out: p10 runs at 20
// - the time-out comes: p10 runs at 10 though it still owns M
TYPED_TEST(OneMutex, OwnerDropsAtTheTimeoutNotAtTheRelease) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  p10.takes("M");
  p20.waits_for("M", kLong);
  THEN(p10.owns("M"), p10.runs_at(20));
  THEN(p20.wakes_with(WAIT_TIMEOUT), p10.owns("M"), p10.runs_at(10), p20.runs_at(20));
}

BOOL release_after(HANDLE mutex, DWORD microseconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
  while (std::chrono::steady_clock::now() < until) continue;
  return RtReleaseMutex(mutex);
}

// - p10 takes M; p20 waits with a time-out: p10 runs at 20
// - again and again p10 releases M about when p20's time-out comes: whichever wins, both end at their own level
TYPED_TEST(OneMutex, OwnerIsAtItsOwnLevelHoweverATimeoutMeetsTheRelease) {
  constexpr DWORD kTimeoutMs = 1;
  constexpr DWORD kRounds = 200;
  constexpr DWORD kSpreadUs = 400;
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  p10.takes("M");
  p20.waits_for("M", kLong);
  THEN(p10.owns("M"), p10.runs_at(20));
  THEN(p20.wakes_with(WAIT_TIMEOUT), p10.runs_at(10));
  p10.releases("M");
  for (DWORD round = 0; round < kRounds; ++round) {
    p10.takes("M");
    auto waiting = p20.starts(wait_one, p20.mutex("M"), kTimeoutMs);
    ASSERT_TRUE(p10.does(release_after, p10.mutex("M"), kTimeoutMs * 1000 - kSpreadUs / 2 + round * 7 % kSpreadUs));
    const DWORD result = waiting.get();
    if (result == WAIT_OBJECT_0) p20.releases("M");
    THEN(nobody_owns("M"), p10.runs_at(10), p20.runs_at(20));
  }
}

// - p10 takes M three times; p20 waits: p10 runs at 20
// - two releases change nothing, the third hands M over and ends the boost
TYPED_TEST(OneMutex, RecursiveOwnerKeepsOneBoostUntilTheLastRelease) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  for (int i = 0; i < 3; ++i) p10.takes("M");
  p20.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(20));
  p10.releases("M");
  THEN(p10.owns("M"), p10.runs_at(20), p20.is_waiting());
  p10.releases("M");
  THEN(p10.owns("M"), p10.runs_at(20), p20.is_waiting());
  p10.releases("M");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("M"), p10.runs_at(10), p20.runs_at(20));
}

// - p10 takes M
// - p20 tries M with time-out 0, alone, among others and with others: p10 stays at 10
// - p20 waits in earnest: p10 runs at 20
TYPED_TEST(OneMutex, OwnerIsNotBoostedByAnAttemptThatDoesNotWait) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  p10.takes("M");
  const Handles both{p20.mutex("M"), p20.event("E")};
  EXPECT_EQ(p20.does(wait_one, p20.mutex("M"), 0U), static_cast<DWORD>(WAIT_TIMEOUT));
  THEN(p10.owns("M"), p10.runs_at(10));
  EXPECT_EQ(p20.does(wait_any, both, 0U), static_cast<DWORD>(WAIT_TIMEOUT));
  THEN(p10.owns("M"), p10.runs_at(10));
  EXPECT_EQ(p20.does(wait_all, both, 0U), static_cast<DWORD>(WAIT_TIMEOUT));
  THEN(p10.owns("M"), p10.runs_at(10));
  p20.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(20));
}

// - p10 uses up semaphore S; p30 waits for S, p20 for event E: p10 stays at 10
// - p10 takes M, p40 waits for M: p10 runs at 40
// - p10 waits for E too: it stays at 40, and goes before p20
// - E is set: p10 still runs at 40, until it releases M
TYPED_TEST(OneMutex, OnlyMutexesLendLevelsAndAnOwnerThatWaitsForAnEventKeepsThem) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  auto& p40 = this->peer_at(40);
  EXPECT_EQ(p10.does(wait_one, p10.semaphore("S"), INFINITE), static_cast<DWORD>(WAIT_OBJECT_0));
  p30.waits_for("S");
  THEN(p10.runs_at(10), p30.runs_at(30));
  p20.waits_for("E");
  THEN(p10.runs_at(10), p20.runs_at(20));
  p10.takes("M");
  p40.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(40));
  p10.waits_for("E");
  THEN(p10.owns("M"), p10.runs_at(40), are_queued("E", {&p10, &p20}));
  EXPECT_TRUE(set_event(create_event("E", FALSE, FALSE)));
  THEN(p10.wakes_with(WAIT_OBJECT_0), p10.owns("M"), p10.runs_at(40), p20.is_waiting());
  p10.releases("M");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("M"), p10.runs_at(10), p40.runs_at(40));
}

// - p5 takes M; p10 to p70 queue for it, the lowest first: p5 runs at the highest so far
// - each release hands M to the highest that is left
TYPED_TEST(OneMutex, WaitersOfSevenLevelsQueuedInReverseOrderLeaveHighestFirst) {
  auto& p5 = this->peer_at(5);
  p5.takes("M");
  std::vector<LevelPeer*> waiters;
  for (int level = 10; level <= 70; level += 10) {
    waiters.push_back(&this->peer_at(level));
    waiters.back()->waits_for("M");
    THEN(p5.owns("M"), p5.runs_at(level));
  }
  p5.releases("M");
  THEN(p5.runs_at(5));
  for (int level = 70; level >= 10; level -= 10) {
    LevelPeer& owner = *waiters.back();
    waiters.pop_back();
    THEN(owner.wakes_with(WAIT_OBJECT_0), owner.owns("M"), owner.runs_at(level));
    for (const LevelPeer* waiter : waiters) THEN(waiter->is_waiting());
    owner.releases("M");
  }
  THEN(nobody_owns("M"));
}

}  // namespace
}  // namespace rtss::test
