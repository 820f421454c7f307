// Several mutexes: owned by one thread, or waited for by one thread.
#include "tests/inheritance/inheritance_test.h"

namespace rtss::test {
namespace {

constexpr DWORD kLong = 400;  // ms: longer than the steps until it is expected to end

template <class PeerType>
class SeveralMutexes : public InheritanceTest<PeerType> {};
TYPED_TEST_SUITE(SeveralMutexes, Peers, PeerNames);

// - p10 takes A, then B; p20 waits for A, p30 for B: p10 runs at 30
// - it releases B: p10 runs at 20; it releases A: p10 runs at 10
TYPED_TEST(SeveralMutexes, OwnerDropsStepByStepWhenTheLastTakenIsReleasedFirst) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p10.takes("B");
  p20.waits_for("A");
  THEN(p10.owns("A"), p10.owns("B"), p10.runs_at(20));
  p30.waits_for("B");
  THEN(p10.owns("A"), p10.owns("B"), p10.runs_at(30));
  p10.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("B"), p10.owns("A"), p10.runs_at(20));
  p10.releases("A");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("A"), p10.runs_at(10), p20.runs_at(20), p30.runs_at(30));
}

// - p10 takes A, then B; p20 waits for A, p30 for B: p10 runs at 30
// - it releases A: p10 still runs at 30; it releases B: p10 runs at 10
TYPED_TEST(SeveralMutexes, OwnerKeepsTheHigherBoostWhenTheFirstTakenIsReleasedFirst) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p10.takes("B");
  p20.waits_for("A");
  p30.waits_for("B");
  THEN(p10.owns("A"), p10.owns("B"), p10.runs_at(30));
  p10.releases("A");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("A"), p10.owns("B"), p10.runs_at(30), p20.runs_at(20));
  p10.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("B"), p10.runs_at(10));
}

// - p10 takes A; p20 waits for it: p10 runs at 20
// - so boosted, p10 takes B; p30 waits for it: p10 runs at 30
// - it releases A, then B: back at 10, not at the 20 it had when it took B
TYPED_TEST(SeveralMutexes, ABoostTakenWhileBoostedDoesNotBecomeTheBase) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p20.waits_for("A");
  THEN(p10.owns("A"), p10.runs_at(20));
  p10.takes("B");
  p30.waits_for("B");
  THEN(p10.owns("B"), p10.runs_at(30), p10.reports_level(10));
  p10.releases("A");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("A"), p10.runs_at(30));
  p10.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("B"), p10.runs_at(10), p10.reports_level(10));
}

// - the same, and it releases B first: it runs at 20; then A: back at 10
TYPED_TEST(SeveralMutexes, ABoostTakenWhileBoostedEndsBeforeTheOneItWasTakenIn) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p20.waits_for("A");
  THEN(p10.owns("A"), p10.runs_at(20));
  p10.takes("B");
  p30.waits_for("B");
  THEN(p10.owns("B"), p10.runs_at(30), p10.reports_level(10));
  p10.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("B"), p10.owns("A"), p10.runs_at(20), p10.reports_level(10));
  p10.releases("A");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("A"), p10.runs_at(10), p10.reports_level(10));
}

// - p10 owns A, p11 owns B; p30 waits for either: both run at 30
// - p20 waits for B
// - p10 releases A: p30 has it, p10 runs at 10, p11 at 20 for p20's sake
TYPED_TEST(SeveralMutexes, WaitAnyBoostsAllOwnersAndLeavesOthersTheirShare) {
  auto& p10 = this->peer_at(10);
  auto& p11 = this->peer_at(11);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p11.takes("B");
  p30.waits_for_any({"A", "B"});
  THEN(p10.owns("A"), p11.owns("B"), p10.runs_at(30), p11.runs_at(30), p30.runs_at(30));
  p20.waits_for("B");
  THEN(p11.owns("B"), p11.runs_at(30), p20.runs_at(20));
  p10.releases("A");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("A"), p11.owns("B"), p10.runs_at(10), p11.runs_at(20));
  p11.releases("B");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("B"), p11.runs_at(11));
}

// - p10 owns A, p11 owns B; p30 waits for either with a time-out: both run at 30
// - the time-out comes: both run at their own
TYPED_TEST(SeveralMutexes, WaitAnyThatTimesOutEndsAllItsBoosts) {
  auto& p10 = this->peer_at(10);
  auto& p11 = this->peer_at(11);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p11.takes("B");
  p30.waits_for_any({"A", "B"}, kLong);
  THEN(p10.owns("A"), p11.owns("B"), p10.runs_at(30), p11.runs_at(30));
  THEN(p30.wakes_with(WAIT_TIMEOUT), p10.owns("A"), p11.owns("B"), p10.runs_at(10), p11.runs_at(11));
}

// - p10 owns A, p11 owns B, C is free; p30 waits for all three: p10 and p11 run at 30
// - p12 takes C, which it may: it runs at 30 at once
// - as each is released, its owner drops; with the last one p30 has all
TYPED_TEST(SeveralMutexes, WaitAllBoostsEveryOwnerAlsoOneThatComesLater) {
  auto& p10 = this->peer_at(10);
  auto& p11 = this->peer_at(11);
  auto& p12 = this->peer_at(12);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p11.takes("B");
  p30.waits_for_all({"A", "B", "C"});
  THEN(p10.owns("A"), p11.owns("B"), nobody_owns("C"), p10.runs_at(30), p11.runs_at(30));
  p12.takes("C");
  THEN(p12.owns("C"), p12.runs_at(30), p30.is_waiting());
  p10.releases("A");
  THEN(nobody_owns("A"), p10.runs_at(10), p11.runs_at(30), p12.runs_at(30), p30.is_waiting());
  p12.releases("C");
  THEN(nobody_owns("C"), p12.runs_at(12), p11.runs_at(30), p30.is_waiting());
  p11.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("A"), p30.owns("B"), p30.owns("C"), p11.runs_at(11), p30.runs_at(30));
}

// - p40 waits for all of A and event E; p10 owns A and runs at 40; p20 waits for A
// - p10 releases A: p20 has it, and runs at 40 at once, because p40 still waits for it
// - p20 releases A: each runs at its own level; E is set: p40 has A
TYPED_TEST(SeveralMutexes, ANewOwnerIsBoostedAtOnceByTheWaitersThatRemain) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p40 = this->peer_at(40);
  p10.takes("A");
  p20.waits_for("A");
  THEN(p10.owns("A"), p10.runs_at(20));
  p40.waits_for_all({"A", "E"});
  THEN(p10.owns("A"), p10.runs_at(40));
  p10.releases("A");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("A"), p10.runs_at(10), p20.runs_at(40));
  p20.releases("A");
  THEN(nobody_owns("A"), p20.runs_at(20), p40.is_waiting());
  EXPECT_TRUE(set_event(create_event("E", FALSE, FALSE)));
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("A"), p40.runs_at(40));
}

// - p10 owns A and waits for all of A and B; p9 owns B and runs at 10
// - p30 waits for A with a time-out: p10 and p9 run at 30
// - the time-out comes: p10 is at 10 again, not kept up by its own place in A's queue
TYPED_TEST(SeveralMutexes, WaitAllForAMutexThatOneOwnsDoesNotKeepOnesOwnBoostAlive) {
  auto& p10 = this->peer_at(10);
  auto& p9 = this->peer_at(9);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p9.takes("B");
  p10.waits_for_all({"A", "B"});
  THEN(p10.owns("A"), p9.owns("B"), p10.runs_at(10), p9.runs_at(10));
  p30.waits_for("A", kLong);
  THEN(p10.owns("A"), p10.runs_at(30), p9.runs_at(30));
  THEN(p30.wakes_with(WAIT_TIMEOUT), p10.owns("A"), p10.runs_at(10), p9.runs_at(10));
  p9.releases("B");
  THEN(p10.wakes_with(WAIT_OBJECT_0), p10.owns("A"), p10.owns("B"), p10.runs_at(10), p9.runs_at(9));
}

}  // namespace
}  // namespace rtss::test
