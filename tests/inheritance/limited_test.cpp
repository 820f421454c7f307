// Limited demotion: a boosted owner stays up until it has released its last mutex.
#include "tests/inheritance/inheritance_test.h"

namespace rtss::test {
namespace {

constexpr DWORD kLong = 400;  // ms: longer than the steps until it is expected to end

template <class PeerType>
class LimitedDemotion : public InheritanceTest<PeerType> {
  [[nodiscard]] runtime::Inheritance wanted_setting() const override { return runtime::Inheritance::kLimited; }
};
TYPED_TEST_SUITE(LimitedDemotion, Peers, PeerNames);

// - p10 takes A, then B; p20 waits for A, p30 for B: p10 runs at 30
// - it releases B, for which p30 waited: it still runs at 30
// - it releases A: it runs at 10
TYPED_TEST(LimitedDemotion, OwnerStaysUpAfterTheReleaseThatItsBoostCameFrom) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p10.takes("B");
  p20.waits_for("A");
  THEN(p10.owns("A"), p10.runs_at(20));
  p30.waits_for("B");
  THEN(p10.owns("B"), p10.runs_at(30));
  p10.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("B"), p10.owns("A"), p10.runs_at(30), p20.runs_at(20));
  p10.releases("A");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("A"), p10.runs_at(10), p20.runs_at(20));
}

// - the same, and it releases A first: it still runs at 30
// - it releases B, for which p30 waited: it runs at 10
TYPED_TEST(LimitedDemotion, OwnerStaysUpUntilTheReleaseThatItsBoostCameFromIfThatIsTheLast) {
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
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("B"), p10.runs_at(10), p30.runs_at(30));
}

// - p10 takes A, which has no waiter, then B; p30 waits for B: p10 runs at 30
// - it releases B: it still runs at 30, and its queue level with it: it waits before p20
// - it releases A, without contention: it runs at 10
TYPED_TEST(LimitedDemotion, ABoostOutlivesItsMutexAndEndsWithAnUncontendedRelease) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p10.takes("B");
  p30.waits_for("B");
  THEN(p10.owns("A"), p10.owns("B"), p10.runs_at(30));
  p10.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("B"), p10.runs_at(30));
  p20.waits_for("B");
  p10.waits_for("B");
  THEN(are_queued("B", {&p10, &p20}), p10.runs_at(30), p30.runs_at(30));
  p30.releases("B");
  THEN(p10.wakes_with(WAIT_OBJECT_0), p10.owns("B"), p10.runs_at(30));
  p10.releases("B");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("B"), p10.owns("A"), p10.runs_at(30));
  p10.releases("A");
  THEN(nobody_owns("A"), p10.runs_at(10), p20.runs_at(20));
}

// - p10 takes A; p30 waits with a time-out: p10 runs at 30
// - the time-out comes: p10 still runs at 30, it owns A
// - p10 sets its level to 20: it still runs at 30
// - it releases A: it runs at 20
TYPED_TEST(LimitedDemotion, OwnerStaysUpAfterATimeoutAndAfterItsBaseWasSet) {
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p30.waits_for("A", kLong);
  THEN(p10.owns("A"), p10.runs_at(30));
  THEN(p30.wakes_with(WAIT_TIMEOUT), p10.owns("A"), p10.runs_at(30));
  p10.sets_level(20);
  THEN(p10.owns("A"), p10.runs_at(30), p10.reports_level(20));
  p10.releases("A");
  THEN(nobody_owns("A"), p10.runs_at(20));
}

// - an ordinary thread of nice 3 takes A and B; p30 waits for A: it runs at 30
// - it releases A: it still runs at 30; p30 dies; it releases B: it is ordinary again
TYPED_TEST(LimitedDemotion, AnOrdinaryOwnerGoesBackAtItsLastRelease) {
  auto& ordinary = this->peer_at(LevelPeer::kNoLevel);
  auto& p30 = this->peer_at(30);
  ordinary.becomes_ordinary(3);
  ordinary.takes("A");
  ordinary.takes("B");
  p30.waits_for("A");
  THEN(ordinary.owns("A"), ordinary.runs_at(30));
  ordinary.releases("A");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("A"), ordinary.owns("B"), ordinary.runs_at(30));
  p30.dies();
  THEN(ordinary.owns("B"), ordinary.runs_at(30));
  ordinary.releases("B");
  THEN(nobody_owns("B"), ordinary.runs_ordinarily(3));
}

}  // namespace
}  // namespace rtss::test
