// The victim changes an object that others wait for.
#include <gtest/gtest.h>

#include <string_view>

#include "tests/crash/scenarios.h"
#include "tests/support/damage.h"

namespace rtss::test {
namespace {

struct Waiter {
  ProcessPeer* peer;
  HANDLE handle;
  Pending<DWORD> wait;
};

Waiter let_wait(Scene& scene, HANDLE (*open)(Name), const char* name) {
  ProcessPeer& peer = scene.peer();
  const HANDLE handle = peer.call(open, name);
  auto wait = peer.start(wait_one, handle, INFINITE);
  scene.await_blocked(peer);
  return {.peer = &peer, .handle = handle, .wait = wait};
}

void expect_mutex_passes(Waiter& waiter, DWORD expected) {
  EXPECT_EQ(waiter.wait.get(), expected);
  EXPECT_TRUE(waiter.peer->call(release_mutex, waiter.handle));
}

}  // namespace

bool has_changed(const Death& death) {
  const std::string_view label = death.label.c_str();
  return death.visit > 1 || (label != "op.locked" && label != "op.slow" && label != "hold.raised");
}

bool has_acknowledged(const Death& death) {
  const std::string_view label = death.label.c_str();
  return label == "wait.acknowledged" || label == "wait.done" || label == "take.taken";
}

void set_level(int level) { RtSetThreadPriority(RtGetCurrentThread(), level); }

DWORD wait_some(Handles handles, DWORD milliseconds) { return wait_any(handles, milliseconds); }

void releases_mutex(Scene& scene, const Death& death) {
  ProcessPeer& victim = scene.peer();
  const HANDLE mutex = victim.call(create_mutex, "M", TRUE);
  Waiter first = let_wait(scene, open_mutex, "M");
  Waiter second = let_wait(scene, open_mutex, "M");

  scene.kill_in(victim, death, release_mutex, mutex);

  expect_mutex_passes(first, has_changed(death) ? WAIT_OBJECT_0 : WAIT_ABANDONED);
  expect_mutex_passes(second, WAIT_OBJECT_0);
  scene.settle();
}

void posts_several(Scene& scene, const Death& death) {
  constexpr LONG kPosted = 5;
  ProcessPeer& victim = scene.peer();
  const HANDLE semaphore = victim.call(create_semaphore, "S", 0, 10);
  Waiter waiters[] = {let_wait(scene, open_semaphore, "S"), let_wait(scene, open_semaphore, "S"),
                      let_wait(scene, open_semaphore, "S")};

  scene.kill_in(victim, death, release_semaphore, semaphore, kPosted);

  if (!has_changed(death)) {
    ProcessPeer& other = scene.peer();
    EXPECT_TRUE(other.call(release_semaphore, other.call(open_semaphore, "S"), kPosted));
  }
  for (Waiter& waiter : waiters) EXPECT_EQ(waiter.wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_EQ(scene.count("S"), kPosted - 3) << "posted is what was taken and what is left";
}

void sets_auto_event(Scene& scene, const Death& death) {
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", FALSE, FALSE);
  Waiter first = let_wait(scene, open_event, "E");
  Waiter second = let_wait(scene, open_event, "E");
  ProcessPeer& other = scene.peer();
  const HANDLE others = other.call(open_event, "E");

  scene.kill_in(victim, death, set_event, event);

  if (!has_changed(death)) other.call(set_event, others);
  EXPECT_EQ(first.wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_FALSE(second.wait.done()) << "one signal, one waiter";
  EXPECT_FALSE(scene.is_set("E"));
  EXPECT_TRUE(other.call(set_event, others));
  EXPECT_EQ(second.wait.get(), WAIT_OBJECT_0);
}

void sets_manual_event(Scene& scene, const Death& death) {
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", TRUE, FALSE);
  Waiter waiters[] = {let_wait(scene, open_event, "E"), let_wait(scene, open_event, "E"),
                      let_wait(scene, open_event, "E")};

  scene.kill_in(victim, death, set_event, event);

  if (!has_changed(death)) {
    ProcessPeer& other = scene.peer();
    EXPECT_TRUE(other.call(set_event, other.call(open_event, "E")));
  }
  for (Waiter& waiter : waiters) EXPECT_EQ(waiter.wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_TRUE(scene.is_set("E"));
}

void pulses_manual_event(Scene& scene, const Death& death) {
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", TRUE, FALSE);
  Waiter waiters[] = {let_wait(scene, open_event, "E"), let_wait(scene, open_event, "E"),
                      let_wait(scene, open_event, "E")};

  scene.kill_in(victim, death, pulse_event, event);

  if (!has_changed(death)) {
    ProcessPeer& other = scene.peer();
    EXPECT_TRUE(other.call(pulse_event, other.call(open_event, "E")));
  }
  for (Waiter& waiter : waiters) EXPECT_EQ(waiter.wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_FALSE(scene.is_set("E"));
  Waiter late = let_wait(scene, open_event, "E");
  EXPECT_FALSE(late.wait.done()) << "a pulse is for the waiters of its moment";
  EXPECT_TRUE(waiters[0].peer->call(set_event, waiters[0].handle));
  EXPECT_EQ(late.wait.get(), WAIT_OBJECT_0);
}

void pulses_auto_event(Scene& scene, const Death& death) {
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", FALSE, FALSE);
  Waiter first = let_wait(scene, open_event, "E");
  Waiter second = let_wait(scene, open_event, "E");
  ProcessPeer& other = scene.peer();
  const HANDLE others = other.call(open_event, "E");

  scene.kill_in(victim, death, pulse_event, event);

  if (!has_changed(death)) other.call(pulse_event, others);
  EXPECT_EQ(first.wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_FALSE(second.wait.done()) << "one pulse, one waiter";
  EXPECT_TRUE(other.call(pulse_event, others));
  EXPECT_EQ(second.wait.get(), WAIT_OBJECT_0);
  EXPECT_FALSE(scene.is_set("E"));
}

void completes_a_wait_all(Scene& scene, const Death& death) {
  ProcessPeer& victim = scene.peer();
  const HANDLE mutex = victim.call(create_mutex, "M", TRUE);
  ProcessPeer& waiter = scene.peer();
  const HANDLE theirs = waiter.call(open_mutex, "M");
  const Handles all{theirs, waiter.call(create_semaphore, "S", 1, 5), waiter.call(create_event, "E", FALSE, TRUE)};
  auto wait = waiter.start(wait_all, all, INFINITE);
  scene.await_blocked(waiter);

  scene.kill_in(victim, death, release_mutex, mutex);

  EXPECT_EQ(wait.get(), has_changed(death) ? WAIT_OBJECT_0 : WAIT_ABANDONED);
  scene.settle();
  EXPECT_EQ(scene.count("S"), 0);
  EXPECT_FALSE(scene.is_set("E"));
  EXPECT_TRUE(waiter.call(release_mutex, theirs));
}

// Another process is inside a member's lock. Its thread sleeps, and the word says that it holds the lock.
void puts_a_wait_all_off(Scene& scene, const Death& death) {
  ProcessPeer& holder = scene.peer();
  holder.call(create_event, "F", FALSE, FALSE);
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", FALSE, FALSE);
  ProcessPeer& waiter = scene.peer();
  auto wait =
      waiter.start(wait_all, Handles{waiter.call(open_event, "E"), waiter.call(create_semaphore, "S", 1, 5)}, INFINITE);
  scene.await_blocked(waiter);
  const auto slot = scene.view().object("S")->slot;
  change_segment(scene.name(), [&](const runtime::SegmentView& segment) {
    segment.objects[slot].lock.word().store(static_cast<std::uint32_t>(holder.tid()));
  });

  scene.kill_in(victim, death, set_event, event);

  EXPECT_FALSE(wait.done());
  scene.end_peer(holder);
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  scene.settle();
  EXPECT_EQ(scene.count("S"), 0);
  EXPECT_FALSE(scene.is_set("E"));
}

void releases_boosted(Scene& scene, const Death& death) {
  ProcessPeer& victim = scene.peer();
  victim.call(set_level, 5);
  const HANDLE mutex = victim.call(create_mutex, "M", TRUE);
  ProcessPeer& high = scene.peer();
  high.call(set_level, 30);
  const HANDLE theirs = high.call(open_mutex, "M");
  auto wait = high.start(wait_one, theirs, INFINITE);
  scene.await_blocked(high);
  Waiter middle = let_wait(scene, open_mutex, "M");

  scene.kill_in(victim, death, release_mutex, mutex);

  EXPECT_EQ(wait.get(), has_changed(death) ? WAIT_OBJECT_0 : WAIT_ABANDONED);
  EXPECT_TRUE(high.call(release_mutex, theirs));
  expect_mutex_passes(middle, WAIT_OBJECT_0);
  scene.settle();
}

}  // namespace rtss::test
