// Waits and stopped processes: one that is queued ends while another process is stopped inside a lock, and one that is
// granted to a stopped process is not lost with it.
#include <gtest/gtest.h>
#include <signal.h>

#include <optional>

#include "tests/crash/stopping.h"

namespace rtss::test {
namespace {

// - a wait is queued on a semaphore; a process stops inside the semaphore's lock
// - the wait ends without that lock: its block stays, and nothing is granted through it
// - the thread goes on; only a wait that would queue it anew needs the block
class Queued : public testing::Test {
 protected:
  void SetUp() override {
    stopped_ = &scene_.peer();
    semaphore_ = stopped_->call(create_semaphore, "S", 0, 9);
    waiter_ = &scene_.peer();
    event_ = waiter_->call(create_event, "E", FALSE, FALSE);
    theirs_ = waiter_->call(open_semaphore, "S");
    other_ = &scene_.peer();
    others_ = other_->call(open_event, "E");
  }
  void queue(DWORD (*wait)(Handles, DWORD), DWORD milliseconds) {
    wait_.emplace(waiter_->start(wait, Handles{event_, theirs_}, milliseconds));
    scene_.await_blocked(*waiter_);
  }
  void stop_inside_the_lock() {
    release_.emplace(start_stopping(*stopped_, "op.slow", release_semaphore, semaphore_, 2));
  }
  void expect_goes_on() {
    EXPECT_TRUE(is_stopped(*stopped_));
    EXPECT_TRUE(other_->call(set_event, others_));
    EXPECT_EQ(waiter_->call(wait_one, event_, 10U), WAIT_OBJECT_0);
    EXPECT_EQ(waiter_->call(wait_one, event_, 10U), WAIT_TIMEOUT);
    EXPECT_TRUE(is_stopped(*stopped_));
  }
  void let_go() {
    stopped_->signal(SIGCONT);
    release_->get();
  }
  void expect_waits_as_before() {
    auto wait = waiter_->start(wait_one, event_, INFINITE);
    scene_.await_blocked(*waiter_);
    EXPECT_TRUE(other_->call(set_event, others_));
    EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
    EXPECT_EQ(scene_.count("S"), 2);
    scene_.end();
  }

  static constexpr DWORD kLongEnoughToBeStopped = 1000;  // a process stops meanwhile
  Scene scene_;
  ProcessPeer* stopped_ = nullptr;
  ProcessPeer* waiter_ = nullptr;
  ProcessPeer* other_ = nullptr;
  HANDLE semaphore_ = nullptr;
  HANDLE theirs_ = nullptr;
  HANDLE event_ = nullptr;
  HANDLE others_ = nullptr;
  std::optional<Pending<DWORD>> wait_;
  std::optional<Pending<void>> release_;
};

TEST_F(Queued, WaitForAnyTimesOutWhileAProcessIsStoppedInsideALock) {
  queue(wait_any, kLongEnoughToBeStopped);
  stop_inside_the_lock();

  EXPECT_EQ(wait_->get(), WAIT_TIMEOUT);

  expect_goes_on();
  let_go();
  expect_waits_as_before();
}

TEST_F(Queued, WaitForAllTimesOutWhileAProcessIsStoppedInsideALock) {
  queue(wait_all, kLongEnoughToBeStopped);
  stop_inside_the_lock();

  EXPECT_EQ(wait_->get(), WAIT_TIMEOUT);

  EXPECT_TRUE(is_stopped(*stopped_));
  let_go();
  expect_waits_as_before();
}

TEST_F(Queued, WaitEndsThroughAnotherObjectWhileAProcessIsStoppedInsideALock) {
  queue(wait_any, INFINITE);
  stop_inside_the_lock();

  EXPECT_TRUE(other_->call(set_event, others_));
  EXPECT_EQ(wait_->get(), WAIT_OBJECT_0);

  expect_goes_on();
  let_go();
  expect_waits_as_before();
}

TEST_F(Queued, BlockThatAWaitLeftBehindGoesWithItsThread) {
  queue(wait_any, INFINITE);
  stop_inside_the_lock();
  EXPECT_TRUE(other_->call(set_event, others_));
  EXPECT_EQ(wait_->get(), WAIT_OBJECT_0);

  waiter_->signal(SIGKILL);
  EXPECT_TRUE(other_->call(set_event, others_));
  let_go();

  scene_.settle();
  EXPECT_EQ(scene_.count("S"), 2);
  EXPECT_TRUE(scene_.is_set("E")) << "what the dead was granted first was consumed";
  scene_.end();
}

// Granted, and killed before it can notice: stopped in its sleep, it runs nothing any more.
class Unnoticed : public testing::Test {
 protected:
  void SetUp() override {
    actor_ = &scene_.peer();
    event_ = actor_->call(create_event, "E", FALSE, FALSE);
    actor_->call(create_semaphore, "S", 1, 9);
    waiter_ = &scene_.peer();
  }
  void grant_and_kill(DWORD (*wait)(Handles, DWORD), BOOL (*signal)(HANDLE)) {
    const Handles both{waiter_->call(open_event, "E"), waiter_->call(open_semaphore, "S")};
    waiter_->start(wait, both, INFINITE);
    scene_.await_blocked(*waiter_);
    waiter_->signal(SIGSTOP);
    await_stopped(*waiter_);
    EXPECT_TRUE(actor_->call(signal, event_));
    const pid_t tid = waiter_->tid();
    waiter_->signal(SIGKILL);
    await("the dead waiter is swept", [this, tid] { return !scene_.view().thread(tid); });
    scene_.settle();
  }

  Scene scene_;
  ProcessPeer* actor_ = nullptr;
  ProcessPeer* waiter_ = nullptr;
  HANDLE event_ = nullptr;
};

TEST_F(Unnoticed, SignalOfAnEventGoesBack) {
  grant_and_kill(wait_all, set_event);
  EXPECT_TRUE(scene_.is_set("E"));
  EXPECT_EQ(scene_.count("S"), 1);
  scene_.end();
}

TEST_F(Unnoticed, PulseOfAnEventIsOverAndOtherUnitsGoBack) {
  grant_and_kill(wait_all, pulse_event);
  EXPECT_FALSE(scene_.is_set("E"));
  EXPECT_EQ(scene_.count("S"), 1);
  scene_.end();
}

TEST_F(Unnoticed, PulseOfAnEventAloneIsOver) {
  actor_->call(wait_one, actor_->call(open_semaphore, "S"), 0U);
  grant_and_kill(wait_any, pulse_event);
  EXPECT_FALSE(scene_.is_set("E"));
  EXPECT_EQ(scene_.count("S"), 0);
  scene_.end();
}

}  // namespace
}  // namespace rtss::test
