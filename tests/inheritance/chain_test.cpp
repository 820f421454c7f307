// Chains: an owner that waits itself passes on what it was lent.
#include "tests/inheritance/inheritance_test.h"

namespace rtss::test {
namespace {

constexpr DWORD kLong = 400;  // ms: longer than the steps until it is expected to end

std::string nth(int number) { return "M" + std::to_string(number); }

template <class PeerType>
class Chain : public InheritanceTest<PeerType> {
 protected:
  // Levels 10, 11, ...: number n owns Mn and waits for Mn-1. Each that joins lifts all before it to its own level.
  void grow(std::vector<LevelPeer*>& links, int length) {
    for (int n = 0; n < length; ++n) {
      links.push_back(&this->peer_at(10 + n));
      links.back()->takes(nth(n).c_str());
      if (n > 0) links.back()->waits_for(nth(n - 1).c_str());
      THEN(all_run_at(links, 10 + n));
    }
  }
  static testing::AssertionResult all_run_at(const std::vector<LevelPeer*>& links, int level) {
    for (std::size_t n = 0; n < links.size(); ++n) {
      if (auto owns = links[n]->owns(nth(static_cast<int>(n)).c_str()); !owns) return owns;
      if (auto runs = links[n]->runs_at(level); !runs) return runs;
    }
    return testing::AssertionSuccess();
  }
  static testing::AssertionResult each_runs_at_its_own(const std::vector<LevelPeer*>& links) {
    for (std::size_t n = 0; n < links.size(); ++n) {
      if (auto runs = links[n]->runs_at(10 + static_cast<int>(n)); !runs) return runs;
    }
    return testing::AssertionSuccess();
  }
};
TYPED_TEST_SUITE(Chain, Peers, PeerNames);

// - p10 owns M0; p11 owns M1 and waits for M0; and so on up to p21: after each, all run at the newest one's level
// - p60 waits for M11: all twelve run at 60
// - each in turn releases what it owns: it is back at its own level, those that still own something at 60
TYPED_TEST(Chain, EveryOwnerInAChainOfTwelveRunsAtTheTopLevelUntilItsPartIsDone) {
  constexpr int kLength = 12;
  std::vector<LevelPeer*> links;
  this->grow(links, kLength);
  THEN(testing::AssertionResult(links.size() == kLength));
  auto& p60 = this->peer_at(60);
  p60.waits_for(nth(kLength - 1).c_str());
  THEN(this->all_run_at(links, 60));
  for (int n = 0; n < kLength; ++n) {
    links[static_cast<std::size_t>(n)]->releases(nth(n).c_str());
    THEN(links[static_cast<std::size_t>(n)]->runs_at(10 + n));
    if (n + 1 == kLength) break;
    LevelPeer& next = *links[static_cast<std::size_t>(n + 1)];
    THEN(next.wakes_with(WAIT_OBJECT_0), next.owns(nth(n).c_str()), next.runs_at(60));
    next.releases(nth(n).c_str());
    THEN(nobody_owns(nth(n).c_str()), next.runs_at(60));
  }
}

// - p10 <- p11 <- p12 <- p13 as above; p60 waits for M3 with a time-out: all run at 60
// - the time-out comes: p10 to p12 run at 13 for p13's sake, p13 at 13
TYPED_TEST(Chain, EveryOwnerDropsWhenTheTopWaiterOfTheChainTimesOut) {
  std::vector<LevelPeer*> links;
  this->grow(links, 4);
  THEN(testing::AssertionResult(links.size() == 4));
  auto& p60 = this->peer_at(60);
  p60.waits_for("M3", kLong);
  THEN(this->all_run_at(links, 60));
  THEN(p60.wakes_with(WAIT_TIMEOUT), this->all_run_at(links, 13));
}

// - the same, and p60 dies instead
TYPED_TEST(Chain, EveryOwnerDropsWhenTheTopWaiterOfTheChainDies) {
  std::vector<LevelPeer*> links;
  this->grow(links, 4);
  THEN(testing::AssertionResult(links.size() == 4));
  auto& p60 = this->peer_at(60);
  p60.waits_for("M3");
  THEN(this->all_run_at(links, 60));
  p60.dies();
  THEN(this->all_run_at(links, 13));
}

// - p10 owns M; p50, p30 and then p20, which owns N, queue for M: p10 runs at 50
// - p40 waits for N: p20 runs at 40 and goes before p30 in M's queue, not before p50
// - p10 and p50 release M: p20 has it; p20 releases N: p40 has it, p20 drops to 30 for p30's sake
TYPED_TEST(Chain, ABoostedWaiterMovesForwardInItsQueueAndNoFurther) {
  auto& p10 = this->peer_at(10);
  auto& p50 = this->peer_at(50);
  auto& p30 = this->peer_at(30);
  auto& p20 = this->peer_at(20);
  auto& p40 = this->peer_at(40);
  p10.takes("M");
  p20.takes("N");
  p50.waits_for("M");
  p30.waits_for("M");
  p20.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(50), are_queued("M", {&p50, &p30, &p20}));
  p40.waits_for("N");
  THEN(p20.owns("N"), p20.runs_at(40), p10.runs_at(50), are_queued("M", {&p50, &p20, &p30}));
  p10.releases("M");
  THEN(p50.wakes_with(WAIT_OBJECT_0), p50.owns("M"), p10.runs_at(10), p50.runs_at(50));
  p50.releases("M");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("M"), p20.owns("N"), p20.runs_at(40), p30.is_waiting());
  p20.releases("N");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("N"), p20.owns("M"), p20.runs_at(30));
  p20.releases("M");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"), p20.runs_at(20), p30.runs_at(30));
}

// - p10 owns M; p30 and p20, which owns N, queue for M
// - p40 waits for N with a time-out: p20 goes before p30
// - the time-out comes: p20 is behind p30 again, and p10 at 30
TYPED_TEST(Chain, AWaiterThatLosesItsBoostMovesBackInItsQueue) {
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  auto& p20 = this->peer_at(20);
  auto& p40 = this->peer_at(40);
  p10.takes("M");
  p20.takes("N");
  p30.waits_for("M");
  p20.waits_for("M");
  p40.waits_for("N", kLong);
  THEN(p10.owns("M"), p10.runs_at(40), p20.runs_at(40), are_queued("M", {&p20, &p30}));
  THEN(p40.wakes_with(WAIT_TIMEOUT), p10.runs_at(30), p20.runs_at(20), are_queued("M", {&p30, &p20}));
}

// - p10 owns M; p20, which owns N and is lent 40 by p40, waits for M before p30: all run at 40
// - p10 releases M: p20 has M and N and still runs at 40, p10 at 10
// - p20 releases M: p30 has it, p20 still runs at 40; it releases N: p20 runs at 20
TYPED_TEST(Chain, ANewOwnerKeepsTheBoostsOfWhatItOwnsAlready) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  auto& p40 = this->peer_at(40);
  p10.takes("M");
  p20.takes("N");
  p40.waits_for("N");
  THEN(p20.owns("N"), p20.runs_at(40));
  p20.waits_for("M");
  p30.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(40), are_queued("M", {&p20, &p30}));
  p10.releases("M");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("M"), p20.runs_at(40), p10.runs_at(10));
  p20.releases("M");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"), p20.runs_at(40), p30.runs_at(30));
  p20.releases("N");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("N"), p20.runs_at(20));
}

// - p5 owns C, p6 owns D; p10, which owns A, waits for either: both run at 10
// - p30 waits for A, or B of p20: p10 and p20 run at 30, and p5 and p6 behind p10 too
// - p20 releases B: p30 has it, the others drop
TYPED_TEST(Chain, AWaitAnyReachesTheOwnersBehindEachOfItsOwners) {
  auto& p5 = this->peer_at(5);
  auto& p6 = this->peer_at(6);
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p5.takes("C");
  p6.takes("D");
  p10.takes("A");
  p20.takes("B");
  p10.waits_for_any({"C", "D"});
  THEN(p5.owns("C"), p6.owns("D"), p5.runs_at(10), p6.runs_at(10));
  p30.waits_for_any({"A", "B"});
  THEN(p10.owns("A"), p20.owns("B"), p10.runs_at(30), p20.runs_at(30), p5.runs_at(30), p6.runs_at(30));
  p20.releases("B");
  THEN(p30.wakes_with(WAIT_OBJECT_0 + 1), p30.owns("B"), p20.runs_at(20), p10.runs_at(10), p5.runs_at(10),
       p6.runs_at(10));
}

// - p10 owns A, p20 owns B; p20 waits for A with a time-out, p10 for B: a circle, both run at 20
// - p30 waits for A: both run at 30
// - the time-out comes: p20 gives B to p10, which gives A to p30; each runs at its own level
TYPED_TEST(Chain, ACircleWithATimeoutIsNoDeadlock) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  p10.takes("A");
  p20.takes("B");
  p20.waits_for("A", 3 * kLong);
  p10.waits_for("B");
  THEN(p10.owns("A"), p20.owns("B"), p10.runs_at(20), p20.runs_at(20));
  p30.waits_for("A");
  THEN(p10.owns("A"), p20.owns("B"), p10.runs_at(30), p20.runs_at(30));
  THEN(p20.wakes_with(WAIT_TIMEOUT), p20.owns("B"), p20.runs_at(30), p10.runs_at(30));
  p20.releases("B");
  THEN(p10.wakes_with(WAIT_OBJECT_0), p10.owns("B"), p10.owns("A"), p10.runs_at(30), p20.runs_at(20));
  p10.releases("A");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("A"), p10.runs_at(10), p30.runs_at(30));
}

// - p10 owns A and waits for B; p20 owns B and waits for A: for ever
// - p30 waits for A with a time-out: both run at 30; the time-out comes, both go on waiting
// - p30 takes and releases C as if nothing were
TYPED_TEST(Chain, ADeadlockEndsEveryWalkAndTouchesNobodyElse) {
  auto& p10 = this->peer_at(10);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  const auto truncated = view().info().walk_truncated;
  p10.takes("A");
  p20.takes("B");
  p10.waits_for("B");
  p20.waits_for("A");
  THEN(p10.owns("A"), p20.owns("B"), p10.runs_at(20), p20.runs_at(20));
  p30.waits_for("A", kLong);
  THEN(p10.owns("A"), p20.owns("B"), p10.runs_at(30), p20.runs_at(30));
  THEN(p30.wakes_with(WAIT_TIMEOUT), p10.owns("A"), p20.owns("B"), p10.is_waiting(), p20.is_waiting(), p30.runs_at(30));
  p30.takes("C");
  THEN(p30.owns("C"), p30.runs_at(30));
  p30.releases("C");
  THEN(nobody_owns("C"), testing::AssertionResult(view().info().walk_truncated == truncated));
}

// A walk remembers 128 threads. Waits for any of 64 mutexes make it branch until there are more: threads only, for it
// takes 136 of them, all ordinary.
class WideWalk : public InheritanceTest<ThreadPeer> {
 protected:
  // New threads own PREFIX0, PREFIX1, ...
  std::vector<LevelPeer*> owners(const char* prefix, int count) {
    std::vector<LevelPeer*> owners;
    for (int i = 0; i < count; ++i) {
      owners.push_back(&this->peer_at(LevelPeer::kNoLevel));
      owners.back()->takes(name(prefix, i).c_str());
    }
    return owners;
  }
  static void wait_for_any(LevelPeer& peer, const char* prefix, int count) {
    Handles wanted;
    for (int i = 0; i < count; ++i) wanted.add(peer.mutex(name(prefix, i).c_str()));
    peer.starts(wait_any, wanted, INFINITE);
    await_asleep(peer.peer());
  }
  static std::string name(const char* prefix, int number) { return prefix + std::to_string(number); }
  static testing::AssertionResult all_run_at(const std::vector<LevelPeer*>& peers, int level) {
    for (const LevelPeer* peer : peers) {
      if (auto runs = peer->runs_at(level); !runs) return runs;
    }
    return testing::AssertionSuccess();
  }
};

// - the root waits for any of M0 to M63, whose last owner waits for any of N0 to N63, whose last owner waits for P0, P1
//   and P2, whose owners wait for Q0, Q1 and Q2; the others wait for an event
// - p60 waits for what the root owns. The 126 others are still to be looked at when the owners of P0, P1 and P2 rise:
// one
//   of these runs at 60 but does not pass it on, and is counted
TEST_F(WideWalk, LiftsEverybodyUpToItsBoundAndCountsWhatItCutsOff) {
  constexpr int kWidth = 64;
  constexpr int kTips = 3;
  const auto ends = this->owners("Q", kTips);
  const auto tips = this->owners("P", kTips);
  for (int i = 0; i < kTips; ++i) tips[static_cast<std::size_t>(i)]->waits_for(name("Q", i).c_str());
  const auto second = this->owners("N", kWidth);
  const auto first = this->owners("M", kWidth);
  for (const auto& owners : {first, second}) {
    for (LevelPeer* peer : owners) {
      if (peer != owners.back()) peer->waits_for("E");
    }
  }
  wait_for_any(*second.back(), "P", kTips);
  wait_for_any(*first.back(), "N", kWidth);
  auto& root = this->peer_at(LevelPeer::kNoLevel);
  root.takes("R");
  wait_for_any(root, "M", kWidth);
  auto& p60 = this->peer_at(60);
  const auto truncated = view().info().walk_truncated;
  p60.waits_for("R");
  THEN(root.runs_at(60), all_run_at(first, 60), all_run_at(second, 60), all_run_at(tips, 60), ends[0]->runs_at(60),
       ends[1]->runs_at(60), ends[2]->runs_ordinarily(0),
       testing::AssertionResult(view().info().walk_truncated == truncated + 1));
}

}  // namespace
}  // namespace rtss::test
