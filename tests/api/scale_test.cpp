// Many threads, many objects, and threads that are cancelled while they wait.
#include <pthread.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

class Scale : public ApiTest {};

constexpr std::size_t kManyWaiters = 512;

std::vector<std::thread> start_waiters(std::size_t count, HANDLE object, std::atomic<std::uint32_t>& served) {
  std::vector<std::thread> waiters;
  for (std::size_t i = 0; i < count; ++i) {
    waiters.emplace_back([object, &served] {
      if (wait_one(object, INFINITE) == WAIT_OBJECT_0) served.fetch_add(1);
    });
  }
  await("all waiters are blocked", [count] { return blocked_threads() == count; });
  return waiters;
}

TEST_F(Scale, ASemaphoreServesHundredsOfWaitersOneByOne) {
  const HANDLE semaphore = create_semaphore("S", 0, kManyWaiters);
  std::atomic<std::uint32_t> served{0};
  auto waiters = start_waiters(kManyWaiters, semaphore, served);

  for (std::uint32_t left = kManyWaiters; left > 0; left -= 64) {
    EXPECT_EQ(view().object("S")->waiters.size(), left);
    EXPECT_EQ(release_semaphore(semaphore, 64), TRUE);
  }

  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(served.load(), kManyWaiters);
  EXPECT_TRUE(has_count(semaphore, 0));
}

TEST_F(Scale, AManualEventReleasesHundredsOfWaitersAtOnce) {
  for (const auto signal : {set_event, pulse_event}) {
    const HANDLE event = create_event("E", TRUE, FALSE);
    std::atomic<std::uint32_t> served{0};
    auto waiters = start_waiters(kManyWaiters, event, served);

    EXPECT_EQ(signal(event), TRUE);

    EXPECT_EQ(blocked_threads(), 0U);
    for (auto& waiter : waiters) waiter.join();
    EXPECT_EQ(served.load(), kManyWaiters);
    close_all_handles();
  }
}

TEST_F(Scale, AMutexPassesThroughHundredsOfWaitersInOrder) {
  const HANDLE mutex = create_mutex("M", TRUE);
  std::vector<std::thread> waiters;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < kManyWaiters; ++i) {
    waiters.emplace_back([mutex, &order, i] {
      if (wait_one(mutex, INFINITE) != WAIT_OBJECT_0) return;
      order.push_back(i);
      release_mutex(mutex);
    });
    await("the next waiter is blocked", [i] { return view().object("M")->waiters.size() == i + 1; });
  }

  EXPECT_EQ(release_mutex(mutex), TRUE);

  for (auto& waiter : waiters) waiter.join();
  ASSERT_EQ(order.size(), kManyWaiters);
  for (std::size_t i = 0; i < kManyWaiters; ++i) EXPECT_EQ(order[i], i);
}

TEST_F(Scale, AHundredThreadsWaitOnSixtyFourHandlesEach) {
  constexpr std::size_t kThreads = 100;
  Handles handles;
  for (int i = 0; i < MAX_WFMO; ++i) handles.add(create_semaphore(nullptr, 0, kThreads));
  std::atomic<std::uint32_t> by_index[MAX_WFMO] = {};
  std::atomic<std::uint32_t> wrong{0};
  std::vector<std::thread> waiters;
  for (std::size_t i = 0; i < kThreads; ++i) {
    waiters.emplace_back([&] {
      const DWORD result = wait_any(handles, INFINITE);
      result < MAX_WFMO ? ++by_index[result] : ++wrong;
    });
  }
  await("all waiters are blocked", [] { return blocked_threads() == kThreads; });

  for (std::size_t i = 0; i < kThreads; ++i) EXPECT_EQ(release_semaphore(handles.items[(7 * i) % MAX_WFMO], 1), TRUE);

  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(wrong.load(), 0U);
  std::uint32_t expected[MAX_WFMO] = {};
  for (std::size_t i = 0; i < kThreads; ++i) ++expected[(7 * i) % MAX_WFMO];
  for (std::size_t i = 0; i < MAX_WFMO; ++i) EXPECT_EQ(by_index[i].load(), expected[i]) << i;
}

TEST_F(Scale, AHundredThreadsWaitForAllOfSixtyFourHandles) {
  constexpr std::size_t kThreads = 100;
  Handles handles;
  for (int i = 0; i < MAX_WFMO; ++i) handles.add(create_semaphore(nullptr, 0, kThreads));
  std::atomic<std::uint32_t> served{0};
  std::vector<std::thread> waiters;
  for (std::size_t i = 0; i < kThreads; ++i) {
    waiters.emplace_back([&] {
      if (wait_all(handles, INFINITE) == WAIT_OBJECT_0) ++served;
    });
  }
  await("all waiters are blocked", [] { return blocked_threads() == kThreads; });

  for (DWORD i = 0; i + 1 < handles.count; ++i) EXPECT_EQ(release_semaphore(handles.items[i], kThreads), TRUE);
  EXPECT_EQ(blocked_threads(), kThreads);
  EXPECT_EQ(release_semaphore(handles.items[MAX_WFMO - 1], kThreads), TRUE);

  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(served.load(), kThreads);
  for (DWORD i = 0; i < handles.count; ++i) EXPECT_TRUE(has_count(handles.items[i], 0));
}

TEST_F(Scale, TenThousandObjectsExistAndWorkAtOnce) {
  NEEDS_PROCESSES();
  constexpr std::size_t kObjects = 10'000;
  std::vector<HANDLE> created;
  for (std::size_t i = 0; i < kObjects; ++i) {
    const std::string name = "object " + std::to_string(i);
    created.push_back(i % 3 == 0   ? RtCreateMutexA(nullptr, FALSE, name.c_str())
                      : i % 3 == 1 ? RtCreateEventA(nullptr, FALSE, TRUE, name.c_str())
                                   : RtCreateSemaphoreA(nullptr, 1, 1, name.c_str()));
    ASSERT_NE(created.back(), nullptr) << i << ": " << GetLastError();
  }
  ProcessPeer peer;
  const auto opened = peer.call([] {
    std::size_t count = 0;
    for (std::size_t i = 2; i < kObjects; i += 3) {
      const HANDLE semaphore = RtOpenSemaphoreA(0, FALSE, ("object " + std::to_string(i)).c_str());
      if (wait_one(semaphore, 0) == WAIT_OBJECT_0 && release_semaphore(semaphore, 1)) ++count;
      RtCloseHandle(semaphore);
    }
    return count;
  });
  EXPECT_EQ(opened, kObjects / 3);
  for (const HANDLE handle : created) {
    ASSERT_EQ(wait_one(handle, 0), WAIT_OBJECT_0);
  }
  for (std::size_t i = 0; i < kObjects; i += 3) ASSERT_EQ(release_mutex(created[i]), TRUE);
  for (const HANDLE handle : created) ASSERT_EQ(RtCloseHandle(handle), TRUE);
}

// ---- cancellation
// ------------------------------------------------------------------------------------------------------

struct Waiter {
  HANDLE mutex;
  HANDLE event;
  HANDLE semaphore;
};

struct CancelledWait {
  const char* name;
  void (*wait)(const Waiter& objects);
};

constexpr CancelledWait kCancelledWaits[] = {
    {"one mutex", [](const Waiter& objects) { wait_one(objects.mutex, INFINITE); }},
    {"one event with time-out", [](const Waiter& objects) { wait_one(objects.event, 0xFFFF'FFFE); }},
    {"any",
     [](const Waiter& objects) {
       wait_any({objects.mutex, objects.event, objects.semaphore}, INFINITE);
     }},
    {"all",
     [](const Waiter& objects) {
       wait_all({objects.mutex, objects.event, objects.semaphore}, INFINITE);
     }},
};

TEST_F(Scale, AThreadCancelledInAWaitLeavesNoTraceInTheQueues) {
  const Waiter objects{.mutex = create_mutex("M", TRUE),
                       .event = create_event("E", FALSE, FALSE),
                       .semaphore = create_semaphore("S", 0, 1)};
  for (const auto& form : kCancelledWaits) {
    SCOPED_TRACE(form.name);
    std::thread waiter([&] { form.wait(objects); });
    await("the waiter is blocked", [] { return blocked_threads() == 1; });

    ASSERT_EQ(pthread_cancel(waiter.native_handle()), 0);
    waiter.join();

    EXPECT_EQ(blocked_threads(), 0U);
    for (const auto& object : view().objects()) EXPECT_TRUE(object.waiters.empty()) << object.name;
    EXPECT_TRUE(is_owned(objects.mutex, gettid(), 1));
  }
  EXPECT_EQ(release_mutex(objects.mutex), TRUE);
  EXPECT_TRUE(is_free(objects.mutex));
  EXPECT_EQ(set_event(objects.event), TRUE);
  EXPECT_TRUE(is_set(objects.event));
}

TEST_F(Scale, AThreadCancelledInAWaitAbandonsTheMutexesItOwns) {
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE event = create_event("E", FALSE, FALSE);
  std::thread waiter([&] {
    wait_one(mutex, INFINITE);
    wait_one(event, INFINITE);
  });
  await("the waiter is blocked", [] { return blocked_threads() == 1; });

  ASSERT_EQ(pthread_cancel(waiter.native_handle()), 0);
  waiter.join();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

// Cancelled at the instant it is served: the unit is taken or still there, never gone.
TEST_F(Scale, AThreadCancelledWhileItIsServedLosesNoUnit) {
  constexpr int kRounds = 500;
  const HANDLE semaphore = create_semaphore("S", 0, 1);
  int consumed = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<bool> served{false};
    std::thread waiter([&] {
      if (wait_one(semaphore, INFINITE) == WAIT_OBJECT_0) served.store(true);
    });
    await("the waiter is blocked", [] { return blocked_threads() == 1; });
    std::thread canceller([&] { pthread_cancel(waiter.native_handle()); });
    ASSERT_EQ(release_semaphore(semaphore, 1), TRUE);
    canceller.join();
    waiter.join();
    if (served.load()) ++consumed;
    if (served.load()) {
      ASSERT_EQ(wait_one(semaphore, 0), WAIT_TIMEOUT) << "round " << round;
    } else {
      ASSERT_EQ(wait_one(semaphore, INFINITE), WAIT_OBJECT_0) << "round " << round;
    }
  }
  RecordProperty("consumed", consumed);
}

TEST_F(Scale, SlotsOfThreadsThatHaveLeftCountAsNeverUsedOnceAThreadRegisters) {
  const runtime::SegmentView& segment = view().segment();
  const std::uint32_t before = runtime::threads_used(segment);
  const HANDLE event = create_event("E", TRUE, FALSE);
  std::atomic<std::uint32_t> served{0};
  auto waiters = start_waiters(kManyWaiters, event, served);
  EXPECT_GE(runtime::threads_used(segment) + before, before + kManyWaiters);  // a thread may have left before the first
  set_event(event);
  for (auto& waiter : waiters) waiter.join();

  std::thread([event] { wait_one(event, 0); }).join();

  EXPECT_LE(runtime::threads_used(segment), before + 1);
}

TEST_F(Scale, SlotsOfAProcessThatWasKilledCountAsNeverUsedOnceItIsSwept) {
  NEEDS_PROCESSES();
  const runtime::SegmentView& segment = view().segment();
  const std::uint32_t before = runtime::threads_used(segment);
  create_event("E", TRUE, FALSE);
  ProcessPeer victim;
  victim.call([] {
    for (std::size_t i = 0; i < kManyWaiters; ++i)
      std::thread([] { wait_one(RtOpenEventA(SYNCHRONIZE, FALSE, "E"), INFINITE); }).detach();
  });
  await("all waiters are blocked", [] { return blocked_threads() == kManyWaiters; });

  victim.kill();

  await("their slots are free", [&] { return runtime::threads_used(segment) <= before; });
}

}  // namespace
}  // namespace rtss::test
