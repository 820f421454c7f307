// Base levels that change while boosts are about, and owners that are not real-time threads.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/inheritance/inheritance_test.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

constexpr DWORD kLong = 400;  // ms: longer than the steps until it is expected to end

template <class PeerType>
class BaseLevel : public InheritanceTest<PeerType> {
 protected:
  // - p10 takes M; p60 waits: p10 runs at 60
  // - it makes a child or a thread: that runs at 10
  // - it releases M, and makes another: that runs at 10
  void boosted_creator_hands_on_its_base(int (*priority_of_a_new_one)()) {
    auto& p10 = this->peer_at(10);
    auto& p60 = this->peer_at(60);
    p10.takes("M");
    p60.waits_for("M");
    THEN(p10.owns("M"), p10.runs_at(60));
    EXPECT_EQ(p10.does(priority_of_a_new_one), linux_priority_of(10));
    THEN(p10.owns("M"), p10.runs_at(60));
    p10.releases("M");
    THEN(p60.wakes_with(WAIT_OBJECT_0), p10.runs_at(10));
    EXPECT_EQ(p10.does(priority_of_a_new_one), linux_priority_of(10));
  }

  // - an ordinary owner makes a child or a thread while p60 waits for its mutex: that is ordinary
  void boosted_ordinary_creator_makes_ordinary(int (*priority_of_a_new_one)()) {
    auto& ordinary = this->peer_at(LevelPeer::kNoLevel);
    auto& p60 = this->peer_at(60);
    ordinary.takes("M");
    p60.waits_for("M");
    THEN(ordinary.owns("M"), ordinary.runs_at(60));
    EXPECT_EQ(ordinary.does(priority_of_a_new_one), 0);
  }
};
TYPED_TEST_SUITE(BaseLevel, Peers, PeerNames);

bool is_fifo(const LevelPeer& peer, int priority) { return kernel_priority(peer.pid(), peer.tid()) == -1 - priority; }

bool change_scheduling(pid_t tid, int policy, int priority) {
  const sched_param parameters{.sched_priority = priority};
  return sched_setscheduler(tid, policy, &parameters) == 0;
}

// - p10 takes M; p40 and p30 wait: p10 runs at 40
// - p30 is raised to 50 while it waits: it goes to the front, p10 runs at 50
// - it is lowered to 20: it goes to the end, p10 runs at 40
// - p40 is lowered to 15: p20, as it is now, goes before it, p10 runs at 20
TYPED_TEST(BaseLevel, OwnerAndQueueFollowAWaiterWhoseLevelChanges) {
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  auto& p40 = this->peer_at(40);
  p10.takes("M");
  p30.waits_for("M");
  p40.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(40), are_queued("M", {&p40, &p30}));
  THEN(set_level_of(p30, 50), p30.runs_at(50), p10.owns("M"), p10.runs_at(50), are_queued("M", {&p30, &p40}));
  THEN(set_level_of(p30, 20), p30.runs_at(20), p10.owns("M"), p10.runs_at(40), are_queued("M", {&p40, &p30}));
  THEN(set_level_of(p40, 15), p40.runs_at(15), p10.owns("M"), p10.runs_at(20), are_queued("M", {&p30, &p40}));
  p10.releases("M");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"), p10.runs_at(10), p30.runs_at(20));
}

// - p10 takes M; p11 takes N and waits for M; p30 waits for N: p10 and p11 run at 30
// - p30 is raised to 60: both run at 60; it is lowered to 5: p11 runs at 11, and so does p10
TYPED_TEST(BaseLevel, AChainFollowsAWaiterWhoseLevelChanges) {
  auto& p10 = this->peer_at(10);
  auto& p11 = this->peer_at(11);
  auto& p30 = this->peer_at(30);
  p10.takes("M");
  p11.takes("N");
  p11.waits_for("M");
  p30.waits_for("N");
  THEN(p10.owns("M"), p11.owns("N"), p10.runs_at(30), p11.runs_at(30));
  THEN(set_level_of(p30, 60), p10.runs_at(60), p11.runs_at(60), p30.runs_at(60));
  THEN(set_level_of(p30, 5), p10.runs_at(11), p11.runs_at(11), p30.runs_at(5));
}

// - p10 takes M; p30 waits: p10 runs at 30
// - p10 sets its level to 20: it still runs at 30, and reports 20
// - it releases M: it runs at 20
TYPED_TEST(BaseLevel, ALevelSetWhileBoostedIsWhatTheBoostReturnsTo) {
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  p10.takes("M");
  p30.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(30), p10.reports_level(10));
  p10.sets_level(20);
  THEN(p10.owns("M"), p10.runs_at(30), p10.reports_level(20));
  p10.releases("M");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"), p10.runs_at(20), p10.reports_level(20));
}

// - p10 takes M; p30 waits: p10 runs at 30
// - p10 sets 50: it runs at 50 at once; it sets 40: that is lower, so it waits until nothing is owned
// - p60 waits and dies: p10 runs at 60, then at 50, not at 30
// - it releases M: it runs at 40
TYPED_TEST(BaseLevel, ALevelAboveTheBoostTakesEffectAtOnceAndALowerOneWhenNothingIsOwned) {
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  auto& p60 = this->peer_at(60);
  p10.takes("M");
  p30.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(30));
  p10.sets_level(50);
  THEN(p10.owns("M"), p10.runs_at(50), p10.reports_level(50));
  p10.sets_level(40);
  THEN(p10.owns("M"), p10.runs_at(50), p10.reports_level(40));
  p60.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(60));
  p60.dies();
  THEN(p10.owns("M"), p10.runs_at(50));
  p10.releases("M");
  THEN(p30.wakes_with(WAIT_OBJECT_0), p30.owns("M"), p10.runs_at(40), p10.reports_level(40));
}

// - p40 takes M; p60 waits: p40 runs at 60; it releases M: it runs at 40
// - again and again p40 releases M, its only one, while another thread sets its level to 30: it ends at 30
TYPED_TEST(BaseLevel, ALevelLoweredByAnotherDuringTheLastReleaseTakesEffect) {
  constexpr int kRounds = 30;
  auto& p40 = this->peer_at(40);
  auto& p60 = this->peer_at(60);
  p40.takes("M");
  p60.waits_for("M");
  THEN(p40.owns("M"), p40.runs_at(60));
  p40.releases("M");
  THEN(p60.wakes_with(WAIT_OBJECT_0), p40.runs_at(40));
  p60.releases("M");
  for (int round = 0; round < kRounds; ++round) {
    p40.takes("M");
    auto releasing = p40.starts(release_mutex, p40.mutex("M"));
    ASSERT_TRUE(set_level_of(p40, 30));
    ASSERT_TRUE(releasing.get());
    THEN(nobody_owns("M"), p40.runs_at(30), p40.reports_level(30));
    p40.sets_level(40);
  }
}

// The caller's SCHED_FIFO priority, 0 for ordinary scheduling.
int own_priority() {
  sched_param parameters{};
  sched_getparam(0, &parameters);
  return sched_getscheduler(0) == SCHED_FIFO ? parameters.sched_priority : 0;
}

int priority_of_a_child() {
  const pid_t child = fork();
  if (child == 0) _exit(own_priority());
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

int priority_of_a_thread() {
  int priority = -1;
  std::thread([&priority] { priority = own_priority(); }).join();
  return priority;
}
int priority_of_a_thread_with_scheduling_of_its_own(int wanted) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  const sched_param parameters{.sched_priority = wanted};
  pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
  pthread_attr_setschedparam(&attributes, &parameters);
  int priority = -1;
  const auto note = +[](void* out) -> void* {
    *static_cast<int*>(out) = own_priority();
    return nullptr;
  };
  pthread_t thread{};
  if (pthread_create(&thread, &attributes, note, &priority) == 0) pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return priority;
}

TYPED_TEST(BaseLevel, AChildOfABoostedCreatorHasItsBase) {
  this->boosted_creator_hands_on_its_base(priority_of_a_child);
}
TYPED_TEST(BaseLevel, AThreadOfABoostedCreatorHasItsBase) {
  this->boosted_creator_hands_on_its_base(priority_of_a_thread);
}

TYPED_TEST(BaseLevel, AChildOfABoostedOrdinaryCreatorIsOrdinary) {
  this->boosted_ordinary_creator_makes_ordinary(priority_of_a_child);
}
TYPED_TEST(BaseLevel, AThreadOfABoostedOrdinaryCreatorIsOrdinary) {
  this->boosted_ordinary_creator_makes_ordinary(priority_of_a_thread);
}

// - p10 takes M; p60 waits: p10 runs at 60
// - it makes a thread with a priority of its own: that has it
TYPED_TEST(BaseLevel, AThreadWithSchedulingOfItsOwnHasThat) {
  auto& p10 = this->peer_at(10);
  auto& p60 = this->peer_at(60);
  p10.takes("M");
  p60.waits_for("M");
  THEN(p10.owns("M"), p10.runs_at(60));
  EXPECT_EQ(p10.does(priority_of_a_thread_with_scheduling_of_its_own, 3), 3);
}

HANDLE own_nameless() { return RtCreateMutexA(nullptr, TRUE, nullptr); }

// - p40 owns a mutex that has one handle, and sets its level to 30: it runs at 40
// - it closes the handle: it runs at 30
TYPED_TEST(BaseLevel, ALowerLevelTakesEffectWhenTheLastHandleOfTheOnlyOwnedMutexIsClosed) {
  auto& p40 = this->peer_at(40);
  auto& p60 = this->peer_at(60);
  p40.takes("M");
  p60.waits_for("M");
  THEN(p40.owns("M"), p40.runs_at(60));
  p40.releases("M");
  THEN(p60.wakes_with(WAIT_OBJECT_0), p40.runs_at(40));
  p60.releases("M");
  const HANDLE mutex = p40.does(own_nameless);
  p40.sets_level(30);
  THEN(p40.runs_at(40), p40.reports_level(30));
  EXPECT_TRUE(p40.does(close_handle, mutex));
  THEN(p40.runs_at(30), p40.reports_level(30));
}

// - p21 takes M; p22 waits, of another level but the same Linux priority: p21's level is 22
// - p21 sets 40: it runs at 40
// - p60 waits: p21 runs at 60; it releases M: it runs at 40
TYPED_TEST(BaseLevel, ALevelSetDuringABoostWithinOneLinuxPriorityTakesEffect) {
  auto& p21 = this->peer_at(21);
  auto& p22 = this->peer_at(22);
  auto& p60 = this->peer_at(60);
  EXPECT_EQ(linux_priority_of(21), linux_priority_of(22));
  p21.takes("M");
  p22.waits_for("M");
  THEN(p21.owns("M"), p21.runs_at(22));
  p21.sets_level(40);
  THEN(p21.owns("M"), p21.runs_at(40));
  p60.waits_for("M");
  THEN(p21.owns("M"), p21.runs_at(60));
  p21.releases("M");
  THEN(p60.wakes_with(WAIT_OBJECT_0), p60.owns("M"), p21.runs_at(40));
}

// - an ordinary thread of nice 7 takes M; p20 waits: it runs at 20
// - it releases M: it is an ordinary thread of nice 7
TYPED_TEST(BaseLevel, AnOrdinaryOwnerGoesToFifoAndBackToItsPolicyAndNice) {
  auto& ordinary = this->peer_at(LevelPeer::kNoLevel);
  auto& p20 = this->peer_at(20);
  ordinary.becomes_ordinary(7);
  ordinary.takes("M");
  THEN(ordinary.owns("M"), ordinary.runs_ordinarily(7));
  p20.waits_for("M");
  THEN(ordinary.owns("M"), ordinary.runs_at(20));
  ordinary.releases("M");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("M"), ordinary.runs_ordinarily(7), p20.runs_at(20));
}

// - an ordinary thread of nice 7 takes M; p20 waits, then p30: it runs at 30
// - p30 dies: it runs at 20; p20 dies: it is an ordinary thread of nice 7, and still owns M
TYPED_TEST(BaseLevel, AnOrdinaryOwnerGoesBackWhenItsWaitersAreKilled) {
  auto& ordinary = this->peer_at(LevelPeer::kNoLevel);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  ordinary.becomes_ordinary(7);
  ordinary.takes("M");
  p20.waits_for("M");
  p30.waits_for("M");
  THEN(ordinary.owns("M"), ordinary.runs_at(30));
  p30.dies();
  THEN(ordinary.owns("M"), ordinary.runs_at(20));
  p20.dies();
  THEN(ordinary.owns("M"), ordinary.runs_ordinarily(7));
}

// - a thread that was made SCHED_FIFO by other means, above level 60, takes M and never waited before
// - p20 waits for M: it must not be lowered by that
// - p100 waits: it runs at 100; its time-out comes: it runs at what it had
TYPED_TEST(BaseLevel, AnOwnerThatWasMadeRealTimeElsewhereIsNeverLoweredByAWaiter) {
  constexpr int kFifo = 60;
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  auto& p20 = this->peer_at(20);
  auto& p100 = this->peer_at(100);
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, kFifo));
  foreign.takes("M");
  p20.waits_for("M");
  THEN(foreign.owns("M"), testing::AssertionResult(is_fifo(foreign, kFifo)));
  p100.waits_for("M", kLong);
  THEN(foreign.owns("M"), foreign.runs_at(100));
  THEN(p100.wakes_with(WAIT_TIMEOUT), foreign.owns("M"), testing::AssertionResult(is_fifo(foreign, kFifo)));
}

// - an ordinary thread takes M; p20 waits: it runs at 20
// - another thread makes it SCHED_RR 70 meanwhile
// - it releases M: it stays what it was made
TYPED_TEST(BaseLevel, SchedulingThatTheProgramChangesDuringABoostIsLeftAlone) {
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  auto& p20 = this->peer_at(20);
  foreign.takes("M");
  p20.waits_for("M");
  THEN(foreign.owns("M"), foreign.runs_at(20));
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_RR, 70));
  foreign.releases("M");
  THEN(p20.wakes_with(WAIT_OBJECT_0), p20.owns("M"), testing::AssertionResult(kernel_policy(foreign.tid()) == SCHED_RR),
       testing::AssertionResult(kernel_priority(foreign.pid(), foreign.tid()) == -71));
}

// - a foreign thread that queued at SCHED_FIFO 10 once is made SCHED_FIFO 50 behind the library's back
// - it waits for M of p5 after p20: it goes before p20, and p5 runs at 50's level
TYPED_TEST(BaseLevel, AChangeMadeBehindTheLibrarysBackIsSeenAtTheNextWait) {
  auto& p5 = this->peer_at(5);
  auto& p20 = this->peer_at(20);
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 10));
  p5.takes("M");
  p20.waits_for("M");
  foreign.waits_for("M", kLong);
  THEN(foreign.wakes_with(WAIT_TIMEOUT), p5.owns("M"), p5.runs_at(20));
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 50));
  foreign.waits_for("M");
  THEN(p5.owns("M"), are_queued("M", {&foreign, &p20}), testing::AssertionResult(is_fifo(p5, 50)));
}

// Its process's reaper sees to it. Without inheritance no thread does.
void await_level(const LevelPeer& peer, int level) {
  if (setting() != runtime::Inheritance::kOff) await("it is raised", [&] { return bool{peer.runs_at(level)}; });
}

// - a foreign thread of SCHED_FIFO 50 takes M; p40 waits, which lends it nothing
// - it is made SCHED_FIFO 10 behind the library's back: it runs at 40, though no thread calls the library any more
TYPED_TEST(BaseLevel, AnOwnerThatFallsBelowItsWaiterBehindTheLibrarysBackIsRaised) {
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  auto& p40 = this->peer_at(40);
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 50));
  foreign.takes("M");
  p40.waits_for("M");
  THEN(foreign.owns("M"), testing::AssertionResult(is_fifo(foreign, 50)));
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 10));
  await_level(foreign, 40);
  THEN(foreign.owns("M"), foreign.runs_at(40));
  foreign.releases("M");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("M"), testing::AssertionResult(is_fifo(foreign, 10)));
}

// - a foreign thread of SCHED_FIFO 50 takes A and B; p40 waits for A
// - it is made SCHED_FIFO 10; when the last reading is 10 ms old p20 waits for B, which shows that: it runs at 40 for
// A's
//   sake
TYPED_TEST(BaseLevel, AnOwnerThatIsSeenToHaveFallenIsRaisedByTheWaitersOfAllItsMutexes) {
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  auto& p40 = this->peer_at(40);
  auto& p20 = this->peer_at(20);
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 50));
  foreign.takes("A");
  foreign.takes("B");
  p40.waits_for("A");
  THEN(foreign.owns("A"), testing::AssertionResult(is_fifo(foreign, 50)));
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 10));
  EXPECT_EQ(foreign.does(wait_one, foreign.event("E"), 20U), static_cast<DWORD>(WAIT_TIMEOUT));
  p20.waits_for("B");
  await_level(foreign, 40);
  THEN(foreign.owns("A"), foreign.owns("B"), foreign.runs_at(40));
  foreign.releases("A");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("A"), foreign.runs_at(20));
}

bool wait_a_moment_and_fall(HANDLE event, int priority) {
  return wait_one(event, 1) == WAIT_TIMEOUT && change_scheduling(0, SCHED_FIFO, priority);
}

// - a foreign thread of SCHED_FIFO 50 takes M, waits for something else, and right after that makes itself SCHED_FIFO
// 10
// - p40 waits for M at once, while the library still believes what it read before the wait: it runs at 40
TYPED_TEST(BaseLevel, AnOwnerThatFallsRightAfterItsBaseWasReadIsRaised) {
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  auto& p40 = this->peer_at(40);
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 50));
  foreign.takes("M");
  const HANDLE event = foreign.event("E");
  p40.mutex("M");
  EXPECT_TRUE(foreign.does(wait_a_moment_and_fall, event, 10));
  p40.waits_for("M");
  await_level(foreign, 40);
  THEN(foreign.owns("M"), foreign.runs_at(40));
  foreign.releases("M");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("M"), testing::AssertionResult(is_fifo(foreign, 10)));
}

// - a thread that was made SCHED_FIFO 60 by other means takes M, and never waited before
// - it sets level 10: that is lower, so it waits until nothing is owned
// - p100 waits: it runs at 100; it releases M: it runs at 10
TYPED_TEST(BaseLevel, TheFirstLevelThatAForeignOwnerSetsWaitsForItsLastReleaseIfItIsLower) {
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  auto& p100 = this->peer_at(100);
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 60));
  foreign.takes("M");
  foreign.sets_level(10);
  THEN(foreign.owns("M"), testing::AssertionResult(is_fifo(foreign, 60)), foreign.reports_level(10));
  p100.waits_for("M");
  THEN(foreign.owns("M"), foreign.runs_at(100));
  foreign.releases("M");
  THEN(p100.wakes_with(WAIT_OBJECT_0), p100.owns("M"), foreign.runs_at(10));
}

bool fall_and_set_level(int priority, int level) {
  return change_scheduling(0, SCHED_FIFO, priority) && RtSetThreadPriority(RtGetCurrentThread(), level) != FALSE;
}

// - a foreign thread of SCHED_FIFO 50 takes M; p40 waits, which lends it nothing
// - it makes itself SCHED_FIFO 10, and from there sets level 20, which is a raise: it runs at 40
TYPED_TEST(BaseLevel, AForeignOwnerThatFellAndThenSetsALevelIsLentWhatIsDue) {
  auto& foreign = this->peer_at(LevelPeer::kNoLevel);
  auto& p40 = this->peer_at(40);
  EXPECT_TRUE(change_scheduling(foreign.tid(), SCHED_FIFO, 50));
  foreign.takes("M");
  p40.waits_for("M");
  THEN(foreign.owns("M"), testing::AssertionResult(is_fifo(foreign, 50)));
  EXPECT_TRUE(foreign.does(fall_and_set_level, 10, 20));
  THEN(foreign.owns("M"), foreign.runs_at(40), foreign.reports_level(20));
  foreign.releases("M");
  THEN(p40.wakes_with(WAIT_OBJECT_0), p40.owns("M"), foreign.runs_at(20));
}

}  // namespace
}  // namespace rtss::test
