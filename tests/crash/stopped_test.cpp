// A process stopped inside one of the library's locks is not dead: a thread that needs that lock waits. The others go
// on, deaths are noticed and swept, and when the process is continued all that was put off is done.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <thread>

#include "tests/crash/scenarios.h"
#include "tests/crash/stopping.h"
#include "tests/support/observe.h"

namespace rtss::test {
namespace {

// A process that owns a mutex and one of a higher level that waits for it; the owner dies, and the waiter must get it.
class Heirs {
 public:
  explicit Heirs(Scene& scene, const char* name = "M") : owner_(scene.peer()), heir_(scene.peer()) {
    owner_.call(create_mutex, name, TRUE);
    heir_.call(set_level, 30);
    mutex_ = heir_.call(open_mutex, name);
    wait_.emplace(heir_.start(wait_one, mutex_, INFINITE));
    scene.await_blocked(heir_);
  }
  [[nodiscard]] ProcessPeer& owner() const { return owner_; }
  [[nodiscard]] ProcessPeer& heir() const { return heir_; }
  void expect_abandoned() {
    owner_.signal(SIGKILL);
    expect_given(WAIT_ABANDONED);
  }
  void expect_given(DWORD result) {
    EXPECT_EQ(wait_->get(), result);
    EXPECT_TRUE(heir_.call(release_mutex, mutex_));
  }

 private:
  ProcessPeer& owner_;
  ProcessPeer& heir_;
  HANDLE mutex_ = nullptr;
  std::optional<Pending<DWORD>> wait_;
};

TEST(Stopped, InsideAnObjectsLockHoldsUpOnlyThatObject) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  const HANDLE semaphore = stopped.call(create_semaphore, "S", 0, 9);
  Heirs heirs(scene);
  ProcessPeer& waiter = scene.peer();
  auto wait = waiter.start(wait_one, waiter.call(open_semaphore, "S"), INFINITE);
  scene.await_blocked(waiter);
  ProcessPeer& other = scene.peer();
  const HANDLE others = other.call(open_semaphore, "S");
  const HANDLE event = other.call(create_event, "E", FALSE, FALSE);

  auto call = start_stopping(stopped, "op.slow", release_semaphore, semaphore, 1);

  heirs.expect_abandoned();
  EXPECT_TRUE(other.call(set_event, event));
  EXPECT_EQ(other.call(wait_one, event, 0U), WAIT_OBJECT_0);
  auto post = other.start(release_semaphore, others, 1);
  EXPECT_FALSE(wait.done());
  EXPECT_FALSE(post.done());
  stopped.signal(SIGCONT);
  call.get();
  EXPECT_TRUE(post.get());
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  EXPECT_EQ(scene.count("S"), 1);
  scene.end();
}

TEST(Stopped, InsideAnObjectsLockHoldsUpNoWaitAllForOtherObjects) {
  constexpr int kWaits = 5;
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  const HANDLE semaphore = stopped.call(create_semaphore, "S", 0, 9);
  ProcessPeer& first = scene.peer();
  auto first_wait = first.start(wait_one, first.call(open_semaphore, "S"), INFINITE);
  scene.await_blocked(first);
  ProcessPeer& waiter = scene.peer();
  const Handles both{waiter.call(open_semaphore, "S"), waiter.call(create_event, "E", FALSE, TRUE)};
  ProcessPeer& other = scene.peer();
  const Handles others{other.call(create_event, "F", FALSE, FALSE), other.call(create_event, "G", FALSE, FALSE)};

  auto call = start_stopping(stopped, "op.slow", release_semaphore, semaphore, 2);
  auto wait = waiter.start(wait_all, both, INFINITE);

  for (int i = 0; i < kWaits; ++i) EXPECT_EQ(other.call(wait_all, others, 20U), WAIT_TIMEOUT);
  EXPECT_TRUE(is_stopped(stopped));
  EXPECT_FALSE(wait.done());
  stopped.signal(SIGCONT);
  call.get();
  EXPECT_EQ(first_wait.get(), WAIT_OBJECT_0);
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  scene.end();
}

TEST(Stopped, InsideAnObjectsLockLetsAWaitForItTimeOutWithNothingTaken) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  const HANDLE semaphore = stopped.call(create_semaphore, "S", 0, 9);
  ProcessPeer& first = scene.peer();
  auto first_wait = first.start(wait_one, first.call(open_semaphore, "S"), INFINITE);
  scene.await_blocked(first);
  ProcessPeer& other = scene.peer();
  const HANDLE event = other.call(create_event, "E", FALSE, TRUE);
  const HANDLE theirs = other.call(open_semaphore, "S");

  auto call = start_stopping(stopped, "op.changed", release_semaphore, semaphore, 3);

  for (const DWORD milliseconds : {0U, 10U}) {
    EXPECT_EQ(other.call(wait_one, theirs, milliseconds), WAIT_TIMEOUT);
    EXPECT_EQ(other.call(wait_any, Handles{theirs, theirs}, milliseconds), WAIT_TIMEOUT);
    EXPECT_EQ(other.call(wait_all, Handles{event, theirs}, milliseconds), WAIT_TIMEOUT);
  }
  EXPECT_TRUE(is_stopped(stopped));
  stopped.signal(SIGCONT);
  call.get();
  EXPECT_EQ(first_wait.get(), WAIT_OBJECT_0);
  EXPECT_EQ(scene.count("S"), 2);
  EXPECT_TRUE(scene.is_set("E"));
  scene.end();
}

// - the owner of M and N is being boosted through M by a thread that is stopped over it
// - a waiter of N cannot donate: its wait keeps its time-out, and the donation is made once it can be
TEST(Stopped, InTheLockOfAnOwnersLevelHoldsUpNoWaitForAnotherOfItsMutexes) {
  Scene scene;
  ProcessPeer& owner = scene.peer();
  owner.call(set_level, 10);
  owner.call(create_mutex, "M", TRUE);
  const HANDLE owned = owner.call(create_mutex, "N", TRUE);
  ProcessPeer& stopped = scene.peer();
  stopped.call(set_level, 60);
  const HANDLE first = stopped.call(open_mutex, "M");
  ProcessPeer& waiter = scene.peer();
  waiter.call(set_level, 70);
  const HANDLE second = waiter.call(open_mutex, "N");

  auto call = start_stopping(stopped, "boost.donated", wait_one, first, INFINITE);

  EXPECT_EQ(waiter.call(wait_one, second, 10U), WAIT_TIMEOUT);
  EXPECT_TRUE(is_stopped(stopped));
  auto wait = waiter.start(wait_one, second, INFINITE);
  scene.await_blocked(waiter);
  EXPECT_TRUE(is_stopped(stopped));
  stopped.signal(SIGCONT);
  await("the owner has the level of the second mutex's waiter", [&] {
    const auto thread = scene.view().thread(owner.tid());
    return thread && thread->effective_level == 70;
  });
  EXPECT_TRUE(owner.call(release_mutex, owned));
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(waiter.call(release_mutex, second));
  owner.signal(SIGKILL);
  call.get();
  EXPECT_TRUE(stopped.call(release_mutex, first));
  scene.end();
}

TEST(Stopped, InsideTheNamespaceLockHoldsUpNoExit) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  stopped.call(create_mutex, "first", FALSE);
  ProcessPeer& other = scene.peer();
  other.call(create_mutex, "second", FALSE);

  auto call = start_stopping(stopped, "create.allocated", create_mutex, "third", FALSE);

  other.start(end_in_order);
  await("the other has ended", [&] { return has_ended(other); });
  EXPECT_TRUE(is_stopped(stopped));
  stopped.signal(SIGCONT);
  call.get();
  scene.end_peer(other);
  scene.settle();
  scene.end();
}

TEST(Stopped, InsideAnObjectsLockDoesNotKeepADeadWaitersMutexFromOthers) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  const HANDLE semaphore = stopped.call(create_semaphore, "S", 0, 9);
  Heirs heirs(scene);
  heirs.owner().start(wait_one, heirs.owner().call(open_semaphore, "S"), INFINITE);
  scene.await_blocked(heirs.owner());

  auto call = start_stopping(stopped, "op.slow", release_semaphore, semaphore, 1);

  heirs.expect_abandoned();
  stopped.signal(SIGCONT);
  call.get();
  scene.settle();
  EXPECT_EQ(scene.count("S"), 1) << "the dead waiter's unit";
  scene.end();
}

TEST(Stopped, InsideTheNamespaceLockDoesNotKeepADeadOwnersMutexFromOthers) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  stopped.call(create_mutex, "first", FALSE);
  Heirs heirs(scene);
  ProcessPeer& other = scene.peer();
  other.call(create_mutex, "second", FALSE);

  auto call = start_stopping(stopped, "create.allocated", create_mutex, "third", FALSE);

  heirs.expect_abandoned();
  auto creation = other.start(create_mutex, "fourth", FALSE);
  EXPECT_FALSE(creation.done());
  stopped.signal(SIGCONT);
  call.get();
  EXPECT_NE(creation.get(), nullptr);
  scene.settle();
  EXPECT_TRUE(scene.exists("third"));
  scene.end();
}

void own_nameless() {
  RtCloseHandle(RtCreateMutexA(nullptr, TRUE, nullptr));  // nothing but its owner keeps it
}

// What the first dead leaves needs the namespace lock; no sweeper may wait for it so long that the second is not swept.
TEST(Stopped, InsideTheNamespaceLockWhileAnOrphanEndsHoldsUpNoSweep) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  stopped.call(create_mutex, "first", FALSE);
  ProcessPeer& first = scene.peer();
  first.call(own_nameless);
  Heirs heirs(scene);

  auto call = start_stopping(stopped, "create.allocated", create_mutex, "third", FALSE);

  const auto the_orphan_is_free = [&scene] {
    const auto objects = scene.view().objects();
    return std::ranges::none_of(objects,
                                [](const auto& object) { return object.name.empty() && object.owner_tid != 0; });
  };
  first.signal(SIGKILL);
  await("the nameless mutex is abandoned", the_orphan_is_free);
  heirs.expect_abandoned();
  stopped.signal(SIGCONT);
  call.get();
  scene.settle();
  scene.end();
}

// Waits for either; the only handle of the first is closed meanwhile, so that it ends with this wait.
DWORD wait_and_close_first(Handles either) {
  std::thread closer([first = either.items[0]] {
    std::string error;
    const inspect::View view = *inspect::View::current(&error);
    while (view.object("E").value().waiters.empty()) sched_yield();
    RtCloseHandle(first);
  });
  const DWORD result = RtWaitForMultipleObjects(either.count, either.items, FALSE, INFINITE);
  closer.join();
  return result;
}

TEST(Stopped, InsideTheNamespaceLockHoldsUpNoWaitThatEndsAnOrphan) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  const HANDLE second = stopped.call(create_event, "F", FALSE, FALSE);
  ProcessPeer& waiter = scene.peer();
  const Handles either{waiter.call(create_event, "E", FALSE, FALSE), waiter.call(open_event, "F")};
  ProcessPeer& other = scene.peer();
  const HANDLE theirs = other.call(open_event, "F");
  auto wait = waiter.start(wait_and_close_first, either);
  await("the first event has lost its last handle", [&] { return !scene.exists("E") && scene.exists("F"); });
  scene.await_blocked(waiter);
  EXPECT_EQ(scene.view().objects().size(), 2U);

  auto call = start_stopping(stopped, "create.allocated", create_mutex, "third", FALSE);

  EXPECT_TRUE(other.call(set_event, theirs));
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0 + 1);
  EXPECT_TRUE(is_stopped(stopped));
  stopped.signal(SIGCONT);
  call.get();
  EXPECT_TRUE(stopped.call(close_handle, second));
  await("the first event has ended", [&] { return scene.view().objects().size() == 2; });
  scene.end();
}

HANDLE open_process(DWORD pid) { return RtOpenProcess(0, FALSE, pid); }

// - a process waits for another's end or an event, and closes its only handle to the other meanwhile
// - the event ends the wait; the process stops as it leaves the other's queue, in the lock of its object
// - that object is opened anew
TEST(Stopped, InTheLockOfAProcessesObjectHoldsUpNoOpenOfIt) {
  Scene scene;
  ProcessPeer& other = scene.peer();
  const auto pid = static_cast<DWORD>(other.pid());
  const HANDLE event = other.call(create_event, "E", FALSE, FALSE);
  ProcessPeer& stopped = scene.peer();
  const Handles either{stopped.call(open_process, pid), stopped.call(open_event, "E")};
  stopped.call(+[] { RtssArmStep("op.slow", 4, SIGSTOP); });  // queued twice, closed, leaving
  auto wait = stopped.start(wait_and_close_first, either);
  await("the process's object is an orphan",
        [&] { return std::ranges::any_of(scene.view().objects(), [](const auto& object) { return object.orphan; }); });

  EXPECT_TRUE(other.call(set_event, event));
  await_stopped(stopped);

  const HANDLE anew = other.call(open_process, pid);
  EXPECT_NE(anew, nullptr);
  EXPECT_NE(other.call(create_event, "F", FALSE, FALSE), nullptr);
  EXPECT_TRUE(is_stopped(stopped));
  stopped.signal(SIGCONT);
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0 + 1);
  EXPECT_EQ(other.call(wait_one, anew, 0U), WAIT_TIMEOUT) << "it is there still";
  EXPECT_TRUE(other.call(close_handle, anew));
  scene.end();
}

void stop_at(Name label) { RtssArmStep(label.c_str(), 1, SIGSTOP); }

// - the owner of a mutex has no handle of it any more; another process has the last
// - the owner is killed, and the only one awake stops as it sweeps, in the mutex's lock
// - the process with the last handle is killed, too: its sweep wants that lock to free the mutex
TEST(Stopped, InTheLockOfAnObjectWhoseLastHandleTheDeadHadHoldsUpNoSweep) {
  Scene scene;
  ProcessPeer& stopped = scene.peer();
  stopped.call(create_event, "first", FALSE, FALSE);
  ProcessPeer& owner = scene.peer();
  const HANDLE owned = owner.call(create_mutex, "S", TRUE);
  ProcessPeer& last = scene.peer();
  last.call(open_mutex, "S");
  owner.call(close_handle, owned);
  Heirs heirs(scene);
  stopped.call(stop_at, "sweep.abandoned");
  ProcessPeer* const asleep[] = {&last, &heirs.owner(), &heirs.heir()};
  for (ProcessPeer* const peer : asleep) {
    peer->signal(SIGSTOP);
    await_stopped(*peer);
  }

  owner.signal(SIGKILL);
  await_stopped(stopped);
  const pid_t tid = last.tid();
  last.signal(SIGKILL);
  heirs.heir().signal(SIGCONT);
  await("the last one's thread is swept", [&] { return !scene.view().thread(tid); });
  heirs.expect_abandoned();

  stopped.signal(SIGCONT);
  scene.settle();
  EXPECT_FALSE(scene.exists("S"));
  scene.end();
}

// - the owner is boosted, and is being boosted again by a thread that is stopped over it
// - the owner is killed; only the process that waits for another owner, killed next, is awake
TEST(Stopped, InTheLockOfADeadThreadsLevelHoldsUpNoSweep) {
  Scene scene;
  Heirs stuck(scene);
  Heirs heirs(scene, "N");
  ProcessPeer& stopped = scene.peer();
  stopped.call(set_level, 90);
  const HANDLE mutex = stopped.call(open_mutex, "M");

  auto call = start_stopping(stopped, "boost.donated", wait_one, mutex, INFINITE);

  stuck.heir().signal(SIGSTOP);
  await_stopped(stuck.heir());
  stuck.owner().signal(SIGKILL);
  heirs.expect_abandoned();
  stuck.heir().signal(SIGCONT);
  stopped.signal(SIGCONT);
  call.get();
  EXPECT_TRUE(stopped.call(release_mutex, mutex)) << "the highest waiter gets it";
  stuck.expect_given(WAIT_OBJECT_0);
  scene.end();
}

// - the only member of a namespace is killed; the next one stops while it sweeps what is left
// - another attaches meanwhile: it must not find what is being swept
TEST(Stopped, InTheSweepOfADesertedNamespaceKeepsTheNextFromTheNamesOfTheDead) {
  constexpr int kHeadStartMs = 100;  // for a newcomer that does not wait; one that does is not hurried by it
  Scene scene;
  ProcessPeer& dead = scene.peer();
  dead.call(create_event, "E", TRUE, TRUE);
  scene.end_peer(dead);
  ProcessPeer& stopped = scene.peer();

  auto attaching = start_stopping(stopped, "sweep.adopted", open_event, "E");

  ProcessPeer& other = scene.peer();
  auto open = other.start(open_event, Name("E"));
  for (int i = 0; i < kHeadStartMs && !open.done(); ++i) usleep(1000);
  stopped.signal(SIGCONT);
  EXPECT_EQ(open.get(), nullptr);
  attaching.get();
  scene.end();
}

}  // namespace
}  // namespace rtss::test
