// The victim makes and ends names, handles and registrations.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <cstdlib>
#include <string>

#include "tests/crash/scenarios.h"
#include "tests/support/damage.h"

namespace rtss::test {
namespace {

void work_in_a_thread() {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        const HANDLE mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, "M");
        RtWaitForSingleObject(mutex, INFINITE);
        return nullptr;
      },
      nullptr);
  pthread_join(thread, nullptr);
}

void close_under_a_waiter(HANDLE event) {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void* handle) -> void* {
        RtWaitForSingleObject(handle, 100);
        return nullptr;
      },
      event);
  std::string error;
  const inspect::View view = *inspect::View::current(&error);
  while (view.object("E").value().waiters.empty()) sched_yield();
  RtCloseHandle(event);
  pthread_join(thread, nullptr);
}

// Its level is lowered while it owns the mutex, which takes effect with the release.
void lower_while_owning() {
  const HANDLE mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, "M");
  RtWaitForSingleObject(mutex, INFINITE);
  RtSetThreadPriority(RtGetCurrentThread(), 50);
  RtSetThreadPriority(RtGetCurrentThread(), 10);
  RtReleaseMutex(mutex);
}

void make_and_close_memory() {
  void* address = nullptr;
  RtCloseHandle(RtCreateSharedMemoryA(PAGE_READWRITE, 0, 4096, "memory", &address));
}

}  // namespace

void creates(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  const HANDLE kept = other.call(create_semaphore, "S", 3, 5);
  ProcessPeer& victim = scene.peer();
  victim.call(open_semaphore, "S");

  scene.kill_in(victim, death, create_mutex, "M", TRUE);

  scene.settle();
  EXPECT_FALSE(scene.exists("M")) << "only its maker had it open";
  EXPECT_EQ(scene.view().objects().size(), 1U);
  const HANDLE made = other.call(create_mutex, "M", TRUE);
  EXPECT_EQ(other.last_error(), ERROR_SUCCESS) << "made, not found";
  EXPECT_TRUE(other.call(release_mutex, made));
  EXPECT_EQ(other.call(wait_one, kept, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(scene.count("S"), 2);
}

void opens(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  const HANDLE kept = other.call(create_mutex, "M", FALSE);
  ProcessPeer& victim = scene.peer();

  scene.kill_in(victim, death, open_mutex, "M");

  scene.settle();
  EXPECT_EQ(scene.view().object("M").value().references, 1U);
  EXPECT_TRUE(other.call(close_handle, kept));
  EXPECT_FALSE(scene.exists("M")) << "the dead one's reference is gone";
}

void closes_last_handle(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  other.call(create_semaphore, "S", 3, 5);
  ProcessPeer& victim = scene.peer();
  const HANDLE mutex = victim.call(create_mutex, "M", FALSE);

  scene.kill_in(victim, death, close_handle, mutex);

  scene.settle();
  EXPECT_FALSE(scene.exists("M"));
  EXPECT_EQ(scene.view().objects().size(), 1U);
}

// Another process is inside the object's lock. Its thread sleeps, and the word says that it holds the lock.
void closes_stuck(Scene& scene, const Death& death) {
  ProcessPeer& holder = scene.peer();
  holder.call(create_event, "E", FALSE, FALSE);
  ProcessPeer& other = scene.peer();
  other.call(open_event, "E");
  ProcessPeer& victim = scene.peer();
  const HANDLE semaphore = victim.call(create_semaphore, "S", 1, 5);
  const auto slot = scene.view().object("S")->slot;
  change_segment(scene.name(), [&](const runtime::SegmentView& segment) {
    segment.objects[slot].lock.word().store(static_cast<std::uint32_t>(holder.tid()));
  });

  scene.kill_in(victim, death, close_handle, semaphore);

  scene.end_peer(holder);
  scene.settle();
  EXPECT_FALSE(scene.exists("S"));
}

void closes_shared(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  const HANDLE kept = other.call(create_mutex, "M", FALSE);
  ProcessPeer& victim = scene.peer();
  const HANDLE mutex = victim.call(open_mutex, "M");

  scene.kill_in(victim, death, close_handle, mutex);

  scene.settle();
  EXPECT_EQ(scene.view().object("M").value().references, 1U);
  EXPECT_EQ(other.call(wait_one, kept, 0U), WAIT_OBJECT_0);
  EXPECT_TRUE(other.call(release_mutex, kept));
}

void pins(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  other.call(create_semaphore, "S", 3, 5);
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", TRUE, TRUE);

  scene.kill_in(victim, death, RtssPin, event, TRUE);

  scene.settle();
  EXPECT_TRUE(scene.exists("E")) << "it was pinned";
  EXPECT_TRUE(scene.is_set("E"));
  EXPECT_EQ(scene.view().object("E").value().references, 0U);
  EXPECT_TRUE(other.call(RtssPin, other.call(open_event, "E"), FALSE));
}

void unpins(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  other.call(create_semaphore, "S", 3, 5);
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", TRUE, TRUE);
  victim.call(RtssPin, event, TRUE);

  scene.kill_in(victim, death, RtssPin, event, FALSE);

  scene.settle();
  EXPECT_FALSE(scene.exists("E")) << "its pin and its only handle are gone";
}

// The only handle is closed while a thread waits with it: the object ends with the wait.
void ends_orphan(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  other.call(create_semaphore, "S", 3, 5);
  ProcessPeer& victim = scene.peer();
  const HANDLE event = victim.call(create_event, "E", FALSE, FALSE);

  scene.kill_in(victim, death, close_under_a_waiter, event);

  scene.settle();
  EXPECT_FALSE(scene.exists("E"));
  EXPECT_EQ(scene.view().objects().size(), 1U);
}

void registers(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  const HANDLE kept = other.call(create_mutex, "M", FALSE);
  ProcessPeer& victim = scene.peer();

  scene.kill_in(victim, death, open_mutex, "M");

  scene.settle();
  EXPECT_EQ(other.call(wait_one, kept, 0U), WAIT_OBJECT_0);
  EXPECT_TRUE(other.call(release_mutex, kept));
}

void thread_leaves(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  const HANDLE kept = other.call(create_mutex, "M", FALSE);
  ProcessPeer& victim = scene.peer();
  victim.call(open_mutex, "M");

  scene.kill_in(victim, death, work_in_a_thread);

  EXPECT_EQ(other.call(wait_one, kept, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(other.call(release_mutex, kept));
  scene.settle();
}

void exits(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  const HANDLE kept = other.call(create_mutex, "M", FALSE);
  ProcessPeer& victim = scene.peer();
  victim.call(wait_one, victim.call(open_mutex, "M"), INFINITE);

  scene.kill_in(victim, death, end_in_order);

  EXPECT_EQ(other.call(wait_one, kept, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(other.call(release_mutex, kept));
  scene.settle();
}

void changes_level(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  const HANDLE kept = other.call(create_mutex, "M", FALSE);
  ProcessPeer& victim = scene.peer();

  scene.kill_in(victim, death, lower_while_owning);

  const bool has_released = std::string_view(death.label.c_str()) == "level.lowered";
  EXPECT_EQ(other.call(wait_one, kept, INFINITE), has_released ? WAIT_OBJECT_0 : WAIT_ABANDONED);
  EXPECT_TRUE(other.call(release_mutex, kept));
  scene.settle();
}

void makes_memory(Scene& scene, const Death& death) {
  ProcessPeer& other = scene.peer();
  other.call(create_semaphore, "S", 3, 5);
  ProcessPeer& victim = scene.peer();

  scene.kill_in(victim, death, make_and_close_memory);

  scene.settle();
  EXPECT_FALSE(scene.exists("memory"));
  EXPECT_EQ(scene.view().objects().size(), 1U);
  EXPECT_EQ(scene.memory_files(), 0U);
}

}  // namespace rtss::test
