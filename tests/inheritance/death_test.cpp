// Owners and waiters that end in the middle, and peers that may not change each other.
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/inheritance/inheritance_test.h"

namespace rtss::test {
namespace {

template <class PeerType>
class Death : public InheritanceTest<PeerType> {};
TYPED_TEST_SUITE(Death, Peers, PeerNames);

// - p10 takes M; p20 and p30 wait: p10 runs at 30
// - p10 dies: p30 has M, abandoned, and runs at 30; p20 waits on
// - p30 releases M: p20 has it, as usual
TYPED_TEST(Death, TheMutexOfABoostedOwnerThatDiesGoesToItsTopWaiter) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("M");
  p20.waits_for("M");
  p30.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(30));
  p10.dies();
  THEN(p30.wakes_with(WAIT_ABANDONED_0), p30.owns("M"), p30.runs_at(30), p20.is_waiting(), p20.runs_at(20));
  p30.releases("M");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("M"), p20.runs_at(20), p30.runs_at(30));
}

// - p10 takes M; p20 takes N and waits for M before p30; p40 waits for N: p10 and p20 run at 40
// - p10 dies: p20 has M, abandoned, and keeps 40 for N's sake
// - p40 dies: p20 runs at 30, for M's sake
TYPED_TEST(Death, ANewOwnerOfAnAbandonedMutexHasItsWaitersLevelsToo) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  auto& p40 = this->peer_at(40);
  p10.takes("M");
  p20.takes("N");
  p20.waits_for("M");
  p40.waits_for("N");
  p30.waits_for("M");
  THEN(p10.owns("M"), p20.owns("N"), p10.runs_at(40), p20.runs_at(40));
  p10.dies();
  THEN(p20.wakes_with(WAIT_ABANDONED_0), p20.owns("M"), p20.owns("N"), p20.runs_at(40));
  p40.dies();
  THEN(p20.owns("M"), p20.owns("N"), p20.runs_at(30), p30.is_waiting());
}

// - p10 takes M; p20, which owns N, waits for M; p40 waits for N: p10 and p20 run at 40
// - p20 dies: p40 has N, abandoned; p10 runs at 10
TYPED_TEST(Death, AChainEndsWhereALinkDies) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p40 = this->peer_at(40);
  p10.takes("M");
  p20.takes("N");
  p20.waits_for("M");
  p40.waits_for("N");
  THEN(p10.owns("M"), p20.owns("N"), p10.runs_at(40), p20.runs_at(40));
  p20.dies();
  THEN(p40.wakes_with(WAIT_ABANDONED_0), p40.owns("N"), p10.owns("M"), p10.runs_at(10), p40.runs_at(40));
}

// ---- different privileges: processes only -------------------------------------------------------------------------

class Privileges : public InheritanceTest<ProcessPeer> {};

// For the calling process: it stays in the namespace it is in, and may change no scheduling but its own,
// downwards.
bool become_nobody() {
  constexpr uid_t kNobody = 65534;
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  return setrlimit(RLIMIT_RTPRIO, &none) == 0 && setgroups(0, nullptr) == 0 && setgid(kNobody) == 0 &&
         setuid(kNobody) == 0;
}

// - p10 takes M and gives up its privileges; p30, which has them, waits: p10 runs at 30
// - p10 releases M: it may lower itself, and runs at 10
TEST_F(Privileges, AnOwnerWithoutAnyIsBoostedByAWaiterThatHasThem) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to give privileges up";
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  p10.takes("M");
  ASSERT_TRUE(p10.does(become_nobody));
  p30.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(30));
  p10.releases("M");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"), p10.runs_at(10), p30.runs_at(30));
}

// - p10 takes M; p30, which has given up its privileges, waits: the boost is refused to it and counted, and carried out
//   by p10's own process: p10 runs at 30
// - p40, which has them, waits: p10 runs at 40
// - p10 releases M: each waiter gets what it waited for
TEST_F(Privileges, AWaiterWithoutAnyIsRefusedAndTheOwnersProcessRaisesIt) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to give privileges up";
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  auto& p40 = this->peer_at(40);
  ASSERT_TRUE(p30.does(become_nobody));
  p10.takes("M");
  const auto refused = view().info().refused_boosts;
  p30.waits_for("M");
  if (setting() != runtime::Inheritance::kOff) await("p10 is raised", [&p10] { return bool{p10.runs_at(30)}; });
  THEN(p10.owns("M"), p10.runs_at(30), testing::AssertionResult(view().info().refused_boosts > refused));
  p40.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(40));
  p10.releases("M");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("M"), p10.runs_at(10));
  p40.releases("M");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"));
}

}  // namespace
}  // namespace rtss::test
