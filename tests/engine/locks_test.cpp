// What an operation does when another thread does not let go of a lock that it needs.
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>

#include "platform/clock.h"
#include "platform/process_identity.h"
#include "runtime/life/sweep.h"
#include "tests/engine/engine.h"

namespace rtss::runtime {
namespace {

using platform::RobustLock;
using platform::Timeout;

// Another thread that holds an object's lock until it is told to let go.
class Holder {
 public:
  Holder(const SegmentView& view, ThreadState& self, Object& object) {
    thread_ = std::thread([this, &view, &self, &object] {
      SlowPath slow(view, &self);
      EXPECT_EQ(slow.lock_member(object), SlowPath::Begin::kLocked);
      holds_ = true;
      while (!lets_go_) usleep(100);
      slow.finish(object);
      slow.leave();
    });
    while (!holds_) usleep(100);
  }
  ~Holder() {
    if (thread_.joinable()) let_go();
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  void let_go() {
    lets_go_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> holds_ = false;
  std::atomic<bool> lets_go_ = false;
  std::thread thread_;
};

class BusyMember : public Engine {
 protected:
  BusyMember() {
    attachment.process = process;
    queue_all(0, {event, semaphore});
  }
  ~BusyMember() override { attachment.process = 0; }
  BusyMember(const BusyMember&) = delete;
  BusyMember& operator=(const BusyMember&) = delete;

  // Thread 0 waits for both.
  const ObjectRef event = make(Kind::kEvent);
  const ObjectRef semaphore = make(Kind::kSemaphore, 1, 5);
};

// The holder distributes nothing for itself, as a call with a stale handle or one that gives up.
TEST_F(BusyMember, IsDistributedByItsHolderToAWaitAllThatItPutOff) {
  Holder holder(view, threads[1], *semaphore.object);
  ASSERT_EQ(set_event(view, threads[2], event), Status::kOk);
  EXPECT_TRUE(is_waiting(0));
  holder.let_go();
  EXPECT_TRUE(is_granted(0, kParkAll));
  EXPECT_EQ(state(semaphore), 0U);
  EXPECT_EQ(semaphore.object->recheck, 0);
}

TEST_F(BusyMember, ThatItsHolderCannotDistributeIsLeftToTheReaper) {
  Holder holder(view, threads[1], *semaphore.object);
  ASSERT_EQ(set_event(view, threads[2], event), Status::kOk);
  {
    SlowPath stuck(view, &threads[3]);
    ASSERT_EQ(stuck.lock_all(), SlowPath::Begin::kLocked);
    holder.let_go();
    EXPECT_TRUE(is_waiting(0));
    EXPECT_EQ(view.processes[0].requests, kRequestObjects);
    stuck.leave();
  }
  Sweeper reaper(view);
  EXPECT_EQ(reaper.pass(), Sweeper::Pass::kQuiet);
  reaper.expect_unfinished_objects();
  reaper.pass();
  EXPECT_TRUE(is_granted(0, kParkAll));
}

TEST(LimitOfAWait, EndsAtItsDeadlineWhenALocksHolderHasHadTheGraceByThen) {
  WaitLimit limit(Timeout::nanoseconds(1'000'000'000));
  const auto lock_deadline = limit.lock_deadline();
  EXPECT_EQ(lock_deadline.ns(), limit.deadline().ns());
}
TEST(LimitOfAWait, LeavesALocksHolderTheGraceOnce) {
  WaitLimit limit(Timeout::poll());
  EXPECT_GE(limit.lock_deadline().ns(), limit.deadline().ns() + 250'000'000);
  limit.end_grace();
  EXPECT_EQ(limit.lock_deadline().ns(), limit.deadline().ns());
}
TEST(LimitOfAWait, WithoutATimeOutIsNone) {
  WaitLimit limit(Timeout::never());
  EXPECT_TRUE(limit.lock_deadline().is_never());
  EXPECT_TRUE(limit.deadline().is_never());
}

bool become_fifo(int level) {
  const sched_param parameters{.sched_priority = level};
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
}

// Two threads above the waiter hold the lock in turns, one of them nearly all the time: it is the holder whenever the
// waiter looks.
using Contention = Engine;
TEST_F(Contention, ByTheSameTwoThreadsOverAndOverEndsNoWait) {
  constexpr int kTurns = 70;  // of 5 ms: longer than the grace
  constexpr int kLevel = 2;
  const ObjectRef event = make(Kind::kEvent);
  RobustLock& lock = event.object->lock;
  std::atomic<int> ready = 0;
  std::atomic<bool> is_refused = false;
  const auto hold_in_turns = [&](useconds_t microseconds) {
    if (!become_fifo(kLevel)) is_refused = true;
    lock.lock();
    ++ready;
    for (int turn = 0; turn < kTurns && !is_refused; ++turn) {
      usleep(microseconds);
      lock.unlock();
      lock.lock();
    }
    lock.unlock();
  };
  std::thread longest(hold_in_turns, 5000);
  while (ready != 1) usleep(100);
  std::thread shortest(hold_in_turns, 1);
  SlowPath slow(view, &threads[0]);
  WaitLimit limit(Timeout::poll());
  const SlowPath::Begin begun = slow.begin(*event.object, limit);
  if (begun == SlowPath::Begin::kLocked) slow.finish(*event.object);
  slow.leave();
  longest.join();
  shortest.join();
  if (is_refused) GTEST_SKIP() << "needs real-time privilege";
  EXPECT_EQ(begun, SlowPath::Begin::kLocked);
}

// A namespace whose many threads are all dead, and one of whose objects a living thread does not let go of.
class ManyDead : public Engine {
 protected:
  static constexpr std::uint32_t kThreads = 2100;
  ManyDead() : Engine({.limits = {.processes = 2, .threads = kThreads, .objects = 8, .handles = 8}}) {
    for (std::uint32_t slot = 0; slot < kThreads; ++slot) {
      view.threads[slot].pid = kNoPid;
      view.threads[slot].life.word() = RobustLock::kOwnerDiedBit;
    }
  }
  [[nodiscard]] std::uint32_t adopted() const {
    std::uint32_t count = 0;
    for (std::uint32_t slot = 0; slot < kThreads; ++slot) {
      if (view.threads[slot].life.observe() == static_cast<std::uint32_t>(platform::current_tid())) ++count;
    }
    return count;
  }

 private:
  static constexpr std::int32_t kNoPid = 0x7fff'fff0;
};

TEST_F(ManyDead, AreNotAdoptedAllAtOnceOrTheirReapersOwnDeathWouldGoUnmarked) {
  constexpr std::uint32_t kKernelMarks = 2048;
  constexpr std::uint32_t kOthers = 256;  // its own, and those of a sweep under way
  const ObjectRef orphan = make(Kind::kEvent);
  orphan.object->orphan = 1;
  ThreadState living;
  Sweeper sweeper(view);
  {
    Holder holder(view, living, *orphan.object);
    EXPECT_EQ(sweeper.pass(), Sweeper::Pass::kPutOff);
    EXPECT_GT(adopted(), 0U);
    EXPECT_LT(adopted(), kKernelMarks - kOthers);
    orphan.object->orphan = 0;
  }
  while (!Sweeper::is_complete(sweeper.pass())) {
  }
  EXPECT_EQ(adopted(), 0U);
  for (std::uint32_t slot = 0; slot < kThreads; ++slot) {
    ASSERT_TRUE(RobustLock::is_free(view.threads[slot].life.observe()));
    ASSERT_EQ(view.threads[slot].process, 0U);
  }
}

}  // namespace
}  // namespace rtss::runtime
