// The victim sweeps or repairs what a first victim left.
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/crash/scenarios.h"

namespace rtss::test {
namespace {

void kill_at_once(ProcessPeer& peer) { peer.signal(SIGKILL); }

}  // namespace

// The first victim owns two mutexes; others wait for them, one at a higher level.
void sweeps_owner(Scene& scene, const Death& death) {
  ProcessPeer& first = scene.peer();
  first.call(set_level, 5);
  first.call(create_mutex, "M", TRUE);
  first.call(create_mutex, "N", TRUE);
  first.call(create_semaphore, "L", 1, 1);
  ProcessPeer& high = scene.peer();
  high.call(set_level, 30);
  const HANDLE highs = high.call(open_mutex, "M");
  auto high_wait = high.start(wait_one, highs, INFINITE);
  scene.await_blocked(high);
  ProcessPeer& low = scene.peer();
  const HANDLE lows = low.call(open_mutex, "M");
  auto low_wait = low.start(wait_one, lows, INFINITE);
  scene.await_blocked(low);
  ProcessPeer& other = scene.peer();
  const HANDLE others = other.call(open_mutex, "N");

  scene.kill_sweeper(scene.peer(), death, first, [&first] { kill_at_once(first); });

  EXPECT_EQ(high_wait.get(), WAIT_ABANDONED);
  EXPECT_TRUE(high.call(release_mutex, highs));
  EXPECT_EQ(low_wait.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(low.call(release_mutex, lows));
  EXPECT_EQ(other.call(wait_one, others, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(other.call(release_mutex, others));
  scene.settle();
  EXPECT_FALSE(scene.exists("L")) << "no process has it open any more";
}

// What a program does that damages its own list: the kernel marks no lock of the calling thread any more.
void drop_robust_list() {
  static robust_list_head none{.list = {&none.list}, .futex_offset = 0, .list_op_pending = nullptr};
  syscall(SYS_set_robust_list, &none, sizeof none);
}

void sweeps_unmarked(Scene& scene, const Death& death) {
  ProcessPeer& first = scene.peer();
  first.call(create_mutex, "M", TRUE);
  ProcessPeer& other = scene.peer();
  const HANDLE others = other.call(open_mutex, "M");
  first.call(drop_robust_list);

  scene.kill_sweeper(scene.peer(), death, first, [&first] { kill_at_once(first); });

  EXPECT_EQ(other.call(wait_one, others, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(other.call(release_mutex, others));
  scene.settle();
}

// The first victim is blocked, and boosts the owner.
void sweeps_waiter(Scene& scene, const Death& death) {
  ProcessPeer& owner = scene.peer();
  owner.call(set_level, 5);
  const HANDLE mutex = owner.call(create_mutex, "M", TRUE);
  const HANDLE semaphore = owner.call(create_semaphore, "S", 0, 5);
  ProcessPeer& first = scene.peer();
  first.call(set_level, 30);
  const Handles both{first.call(open_mutex, "M"), first.call(open_semaphore, "S")};
  first.start(wait_any, both, INFINITE);
  scene.await_blocked(first);

  scene.kill_sweeper(scene.peer(), death, first, [&first] { kill_at_once(first); });

  scene.settle();
  EXPECT_EQ(scene.view().thread(owner.tid()).value().effective_level, 5);
  EXPECT_TRUE(owner.call(release_semaphore, semaphore, 1));
  EXPECT_TRUE(owner.call(release_mutex, mutex));
  EXPECT_EQ(scene.count("S"), 1);
  EXPECT_FALSE(scene.is_abandoned("M"));
}

// The first victim dies after it was given a unit, before it acknowledged it. The sweeper has posted it itself.
void sweeps_unused_unit(Scene& scene, const Death& death) {
  ProcessPeer& owner = scene.peer();
  const HANDLE mutex = owner.call(create_mutex, "M", TRUE);
  const HANDLE event = owner.call(create_event, "E", FALSE, FALSE);
  owner.call(create_semaphore, "S", 0, 5);
  ProcessPeer& first = scene.peer();
  const Handles all{first.call(open_semaphore, "S"), first.call(open_mutex, "M"), first.call(open_event, "E")};
  auto call = scene.start_doomed(first, {.label = "wait.unlinked"}, wait_any, all, INFINITE);
  scene.await_blocked(first);
  ProcessPeer& sweeper = scene.peer();
  const HANDLE semaphore = sweeper.call(open_semaphore, "S");

  scene.kill_sweeper(sweeper, death, first, [&] {
    sweeper.start(release_semaphore, semaphore, 2);
    scene.await_killed(first, call);
  });

  scene.settle();
  EXPECT_EQ(scene.count("S"), 2);
  EXPECT_TRUE(owner.call(set_event, event));
  EXPECT_TRUE(owner.call(release_mutex, mutex));
  EXPECT_TRUE(scene.is_set("E"));
  EXPECT_FALSE(scene.is_abandoned("M"));
}

// The first victim dies in a wait-all that was granted to it.
void sweeps_unused_all(Scene& scene, const Death& death) {
  ProcessPeer& owner = scene.peer();
  const HANDLE mutex = owner.call(create_mutex, "M", FALSE);
  owner.call(create_event, "E", FALSE, TRUE);
  owner.call(create_semaphore, "S", 2, 5);
  ProcessPeer& first = scene.peer();
  const Handles all{first.call(open_semaphore, "S"), first.call(open_mutex, "M"), first.call(open_event, "E")};
  ProcessPeer& sweeper = scene.peer();

  scene.kill_sweeper(sweeper, death, first,
                     [&] { scene.kill_in(first, {.label = "all.unlocked"}, wait_all, all, INFINITE); });

  scene.settle();
  EXPECT_EQ(scene.count("S"), 2);
  EXPECT_TRUE(scene.is_set("E"));
  EXPECT_EQ(owner.call(wait_one, mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(owner.call(release_mutex, mutex));
}

// The first victim dies inside the object's lock, its grant half done.
void repairs_grant(Scene& scene, const Death& death) {
  ProcessPeer& first = scene.peer();
  const HANDLE semaphore = first.call(create_semaphore, "S", 0, 5);
  ProcessPeer* waiters[] = {&scene.peer(), &scene.peer()};
  std::vector<Pending<DWORD>> waits;
  for (ProcessPeer* const waiter : waiters) {
    waits.push_back(waiter->start(wait_one, waiter->call(open_semaphore, "S"), INFINITE));
    scene.await_blocked(*waiter);
  }

  scene.kill_sweeper(scene.peer(), death, first,
                     [&] { scene.kill_in(first, {.label = "grant.committed"}, release_semaphore, semaphore, 3); });

  for (Pending<DWORD>& wait : waits) EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_EQ(scene.count("S"), 1);
}

void repairs_grant_to_all(Scene& scene, const Death& death) {
  ProcessPeer& first = scene.peer();
  const HANDLE semaphore = first.call(create_semaphore, "S", 0, 5);
  ProcessPeer& waiter = scene.peer();
  const HANDLE mutex = waiter.call(create_mutex, "M", FALSE);
  const Handles all{waiter.call(open_semaphore, "S"), mutex, waiter.call(create_event, "E", FALSE, TRUE)};
  auto wait = waiter.start(wait_all, all, INFINITE);
  scene.await_blocked(waiter);

  scene.kill_sweeper(scene.peer(), death, first,
                     [&] { scene.kill_in(first, {.label = "all.committed"}, release_semaphore, semaphore, 3); });

  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_EQ(scene.count("S"), 2);
  EXPECT_FALSE(scene.is_set("E"));
  EXPECT_TRUE(waiter.call(release_mutex, mutex));
}

// The first victim dies inside the namespace lock.
void repairs_creation(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  other.call(create_semaphore, "S", 3, 5);
  ProcessPeer& first = scene.peer();
  first.call(create_semaphore, "T", 3, 5);

  scene.kill_sweeper(scene.peer(), death, first,
                     [&] { scene.kill_in(first, {.label = "create.named"}, create_mutex, "M", TRUE); });

  scene.settle();
  EXPECT_FALSE(scene.exists("M"));
  EXPECT_FALSE(scene.exists("T"));
  EXPECT_EQ(scene.count("S"), 3);
}

// The first victim dies inside the lock of the level of the thread that it boosts.
void repairs_boost(Scene& scene, const Death& death) {
  ProcessPeer& owner = scene.peer();
  const HANDLE mutex = owner.call(create_mutex, "M", TRUE);
  ProcessPeer& first = scene.peer();
  first.call(set_level, 90);
  const HANDLE theirs = first.call(open_mutex, "M");

  scene.kill_sweeper(scene.peer(), death, first,
                     [&] { scene.kill_in(first, {.label = "boost.donated"}, wait_one, theirs, INFINITE); });

  scene.settle();
  const auto thread = scene.view().thread(owner.tid());
  ASSERT_TRUE(thread);
  EXPECT_EQ(thread->effective_level, thread->base_level) << "a boost outlives its waiter";
  EXPECT_TRUE(owner.call(release_mutex, mutex));
}

}  // namespace rtss::test
