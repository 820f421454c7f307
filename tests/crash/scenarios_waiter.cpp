// The victim waits: it dies queueing, being served, timing out or leaving.
#include <gtest/gtest.h>

#include <string_view>

#include "tests/crash/scenarios.h"
#include "tests/support/observe.h"

namespace rtss::test {
namespace {

// A mutex, an auto event and a semaphore, made by a survivor. It owns the mutex if asked to.
struct ThreeObjects {
  ThreeObjects(Scene& scene, BOOL owned, BOOL set, LONG count) : owner(scene.peer()) {
    mutex = owner.call(create_mutex, "M", owned);
    event = owner.call(create_event, "E", FALSE, set);
    semaphore = owner.call(create_semaphore, "S", count, 5);
  }

  static Handles open(ProcessPeer& peer) {
    return {peer.call(open_mutex, "M"), peer.call(open_event, "E"), peer.call(open_semaphore, "S")};
  }

  ProcessPeer& owner;
  HANDLE mutex;
  HANDLE event;
  HANDLE semaphore;
};

int level_of(Scene& scene, const Peer& peer) {
  const auto thread = scene.view().thread(peer.tid());
  return thread ? thread->effective_level : -2;
}

}  // namespace

void queues_on_mutex(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, FALSE, 0);
  ProcessPeer& victim = scene.peer();
  const HANDLE mutex = victim.call(open_mutex, "M");

  scene.kill_in(victim, death, wait_one, mutex, INFINITE);

  ProcessPeer& next = scene.peer();
  const HANDLE theirs = next.call(open_mutex, "M");
  auto wait = next.start(wait_one, theirs, INFINITE);
  scene.await_blocked(next);
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0) << "the dead was never given it";
  EXPECT_TRUE(next.call(release_mutex, theirs));
  scene.settle();
}

void queues_on_several(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, FALSE, 0);
  ProcessPeer& victim = scene.peer();
  const Handles all = ThreeObjects::open(victim);

  scene.kill_in(victim, death, wait_some, all, INFINITE);

  scene.settle();
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  EXPECT_TRUE(objects.owner.call(set_event, objects.event));
  EXPECT_TRUE(objects.owner.call(release_semaphore, objects.semaphore, 1));
  EXPECT_FALSE(scene.is_abandoned("M"));
  EXPECT_TRUE(scene.is_set("E"));
  EXPECT_EQ(scene.count("S"), 1);
}

void leaves_with_unit(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, FALSE, 0);
  ProcessPeer& victim = scene.peer();
  const Handles all = ThreeObjects::open(victim);
  auto call = scene.start_doomed(victim, death, wait_some, all, INFINITE);
  scene.await_blocked(victim);

  EXPECT_TRUE(objects.owner.call(release_semaphore, objects.semaphore, 2));
  scene.await_killed(victim, call);

  scene.settle();
  EXPECT_EQ(scene.count("S"), has_acknowledged(death) ? 1 : 2);
  EXPECT_FALSE(scene.is_set("E"));
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  EXPECT_FALSE(scene.is_abandoned("M"));
}

void leaves_with_mutex(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, FALSE, 0);
  ProcessPeer& victim = scene.peer();
  const Handles all = ThreeObjects::open(victim);
  auto call = scene.start_doomed(victim, death, wait_some, all, INFINITE);
  scene.await_blocked(victim);
  ProcessPeer& next = scene.peer();
  const HANDLE theirs = next.call(open_mutex, "M");
  auto wait = next.start(wait_one, theirs, INFINITE);
  scene.await_blocked(next);

  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  scene.await_killed(victim, call);

  EXPECT_EQ(wait.get(), WAIT_ABANDONED) << "given to a thread that died before it could release it";
  EXPECT_TRUE(next.call(release_mutex, theirs));
  scene.settle();
  EXPECT_EQ(scene.count("S"), 0);
  EXPECT_FALSE(scene.is_set("E"));
}

void times_out(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, FALSE, 0);
  ProcessPeer& victim = scene.peer();
  const Handles all = ThreeObjects::open(victim);

  scene.kill_in(victim, death, wait_some, all, 1U);

  scene.settle();
  EXPECT_TRUE(objects.owner.call(release_semaphore, objects.semaphore, 1));
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  EXPECT_EQ(scene.count("S"), 1);
  EXPECT_FALSE(scene.is_abandoned("M"));
}

// The victim dies between the length of its wait and the story of it. The next longer wait replaces both.
void records_wait(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, FALSE, 0);
  ProcessPeer& victim = scene.peer();
  auto call = scene.start_doomed(victim, death, wait_one, victim.call(open_mutex, "M"), INFINITE);
  scene.await_blocked(victim);
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  scene.await_killed(victim, call);
  scene.settle();
  const auto unfinished = scene.view().object("M")->longest_wait;
  EXPECT_GT(unfinished.ns, 0U);
  EXPECT_FALSE(unfinished.story) << "a story that is not written is not told";

  EXPECT_EQ(objects.owner.call(wait_one, objects.mutex, INFINITE), WAIT_ABANDONED);
  ProcessPeer& next = scene.peer();
  const HANDLE theirs = next.call(open_mutex, "M");
  auto wait = next.start(wait_one, theirs, INFINITE);
  scene.await_blocked(next);
  const std::uint32_t since_ms = scene.view().thread(next.tid())->since_ms;
  constexpr std::uint32_t kTickMs = 10;  // waited_ms() counts in ticks of at most that
  await("a longer wait", [&] { return inspect::View::waited_ms(since_ms) > unfinished.ns / 1'000'000 + kTickMs; });
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  const auto longest = scene.view().object("M")->longest_wait;
  ASSERT_TRUE(longest.story);
  EXPECT_EQ(longest.story->waiter.tid, next.tid());
  EXPECT_TRUE(next.call(release_mutex, theirs));
  scene.settle();
}

void takes_all(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, FALSE, TRUE, 2);
  ProcessPeer& victim = scene.peer();
  const Handles all = ThreeObjects::open(victim);

  scene.kill_in(victim, death, wait_all, all, INFINITE);

  scene.settle();
  const bool consumed = has_acknowledged(death);
  EXPECT_EQ(scene.count("S"), consumed ? 1 : 2);
  EXPECT_EQ(scene.is_set("E"), !consumed);
  const DWORD result = objects.owner.call(wait_one, objects.mutex, INFINITE);
  EXPECT_TRUE(result == WAIT_ABANDONED || (result == WAIT_OBJECT_0 && !consumed)) << result;
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
}

void is_given_all(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, TRUE, 2);
  ProcessPeer& victim = scene.peer();
  const Handles all = ThreeObjects::open(victim);
  auto call = scene.start_doomed(victim, death, wait_all, all, INFINITE);
  scene.await_blocked(victim);

  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  scene.await_killed(victim, call);

  scene.settle();
  const bool consumed = has_acknowledged(death);
  EXPECT_EQ(scene.count("S"), consumed ? 1 : 2);
  EXPECT_EQ(scene.is_set("E"), !consumed);
  EXPECT_EQ(objects.owner.call(wait_one, objects.mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
}

void times_out_of_all(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, TRUE, 2);
  ProcessPeer& victim = scene.peer();
  const Handles all = ThreeObjects::open(victim);

  scene.kill_in(victim, death, wait_all, all, 1U);

  scene.settle();
  EXPECT_EQ(scene.count("S"), 2);
  EXPECT_TRUE(scene.is_set("E"));
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  EXPECT_FALSE(scene.is_abandoned("M"));
}

void takes_free(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, FALSE, FALSE, 2);
  ProcessPeer& victim = scene.peer();
  const HANDLE semaphore = victim.call(open_semaphore, "S");

  scene.kill_in(victim, death, wait_one, semaphore, INFINITE);

  scene.settle();
  EXPECT_EQ(scene.count("S"), 1);
}

// A wait-all is queued on the semaphore, which it cannot use yet: the victim takes a unit under the object's lock.
void takes_under_lock(Scene& scene, const Death& death) {
  ThreeObjects objects(scene, TRUE, FALSE, 2);
  ProcessPeer& waiter = scene.peer();
  const HANDLE theirs = waiter.call(open_mutex, "M");
  auto wait = waiter.start(wait_all, Handles{theirs, waiter.call(open_semaphore, "S")}, INFINITE);
  scene.await_blocked(waiter);
  ProcessPeer& victim = scene.peer();
  const HANDLE semaphore = victim.call(open_semaphore, "S");

  scene.kill_in(victim, death, wait_one, semaphore, INFINITE);

  const std::string_view label = death.label.c_str();
  const bool taken = label == "take.taken" || label == "op.settled" || label == "op.cleared" ||
                     label == "op.unlocked" || label == "op.woken";
  EXPECT_TRUE(objects.owner.call(release_mutex, objects.mutex));
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(waiter.call(release_mutex, theirs));
  scene.settle();
  EXPECT_EQ(scene.count("S"), taken ? 0 : 1);
}

void boosts_owner(Scene& scene, const Death& death) {
  ProcessPeer& owner = scene.peer();
  owner.call(set_level, 5);
  const HANDLE mutex = owner.call(create_mutex, "M", TRUE);
  ProcessPeer& victim = scene.peer();
  victim.call(set_level, 30);
  const HANDLE theirs = victim.call(open_mutex, "M");

  scene.kill_in(victim, death, wait_one, theirs, INFINITE);

  scene.settle();
  EXPECT_EQ(level_of(scene, owner), 5) << "the boost ended with the waiter that caused it";
  EXPECT_TRUE(owner.call(release_mutex, mutex));
}

// The victim waits for M of B, which waits for A's mutex.
void boosts_chain(Scene& scene, const Death& death) {
  ProcessPeer& a = scene.peer();
  ProcessPeer& b = scene.peer();
  a.call(set_level, 5);
  b.call(set_level, 6);
  const HANDLE first = a.call(create_mutex, "A", TRUE);
  const HANDLE second = b.call(create_mutex, "M", TRUE);
  const HANDLE firsts = b.call(open_mutex, "A");
  auto wait = b.start(wait_one, firsts, INFINITE);
  scene.await_blocked(b);
  ProcessPeer& victim = scene.peer();
  victim.call(set_level, 30);
  const HANDLE theirs = victim.call(open_mutex, "M");

  scene.kill_in(victim, death, wait_one, theirs, INFINITE);

  scene.settle();
  EXPECT_EQ(level_of(scene, b), 6);
  EXPECT_EQ(level_of(scene, a), 6) << "what remains is B's own wait";
  EXPECT_TRUE(a.call(release_mutex, first));
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  EXPECT_EQ(level_of(scene, a), 5);
  EXPECT_TRUE(b.call(release_mutex, firsts));
  EXPECT_TRUE(b.call(release_mutex, second));
}

void times_out_boosting(Scene& scene, const Death& death) {
  ProcessPeer& owner = scene.peer();
  owner.call(set_level, 5);
  const HANDLE mutex = owner.call(create_mutex, "M", TRUE);
  ProcessPeer& victim = scene.peer();
  victim.call(set_level, 30);
  const HANDLE theirs = victim.call(open_mutex, "M");

  scene.kill_in(victim, death, wait_one, theirs, 1U);

  scene.settle();
  EXPECT_EQ(level_of(scene, owner), 5);
  EXPECT_TRUE(owner.call(release_mutex, mutex));
}

}  // namespace rtss::test
