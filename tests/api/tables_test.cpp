// Full tables: a namespace with small limits, filled to the brim. The call that finds no room fails with
// ERROR_NO_SYSTEM_RESOURCES, takes nothing, and works again when there is room.
#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/fork_server.h"

namespace rtss::test {
namespace {

void use_namespace(Name name, Name limits) {
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  setenv("RTSS_LIMITS", limits.c_str(), 1);
}

class FullTable : public testing::Test {
 protected:
  void SetUp() override {
    NEEDS_PROCESSES();
    arena().clear();
  }

  // A last member sweeps what the others left behind; then all must be in order.
  void TearDown() override {
    if (IsSkipped()) return;
    const auto sweeper = peer("");
    EXPECT_NE(sweeper->call(create_event, "sweeper's own", TRUE, FALSE), nullptr);
    std::string error;
    const auto view = inspect::View::open(name_, &error);
    ASSERT_TRUE(view) << error;
    await("the others are swept", [&view] { return view->processes().size() == 1 && view->objects().size() == 1; });
    EXPECT_EQ(settled_inconsistencies(*view), "");
    unlink(namespace_file(name_).c_str());
  }

  std::unique_ptr<ProcessPeer> peer(const char* limits) const {
    auto made = std::make_unique<ProcessPeer>();
    made->call(use_namespace, name_.c_str(), limits);
    return made;
  }

  const std::string name_ = namespace_name("tables");
};

struct Filled {
  std::uint32_t made;
  DWORD error;              // of the one too many
  DWORD error_after_close;  // of a create after one was closed
  std::uint32_t existing_intact;
};

// Creates named events until it fails, then closes one and creates another.
Filled fill_with_objects(std::uint32_t at_most) {
  Filled filled{};
  std::vector<HANDLE> handles;
  for (;;) {
    SetLastError(kUntouchedError);
    const HANDLE handle = RtCreateEventA(nullptr, TRUE, TRUE, ("event " + std::to_string(handles.size())).c_str());
    if (handle == nullptr || handles.size() > at_most) break;
    handles.push_back(handle);
  }
  filled.error = GetLastError();
  filled.made = static_cast<std::uint32_t>(handles.size());
  for (const HANDLE handle : handles) filled.existing_intact += wait_one(handle, 0) == WAIT_OBJECT_0 ? 1U : 0U;
  for (int i = 0; i < 100; ++i) RtCreateEventA(nullptr, TRUE, TRUE, "one too many");
  RtCloseHandle(handles.back());
  RtCreateEventA(nullptr, TRUE, TRUE, "after the close");
  filled.error_after_close = GetLastError();
  return filled;
}

TEST_F(FullTable, OfObjectsRefusesTheNextAndRecovers) {
  auto process = peer("processes=4,threads=8,objects=16,handles=64");
  const auto filled = process->call(fill_with_objects, 64U);
  EXPECT_EQ(filled.error, ERROR_NO_SYSTEM_RESOURCES);
  EXPECT_GE(filled.made, 8U);
  EXPECT_LE(filled.made, 16U);
  EXPECT_EQ(filled.existing_intact, filled.made);
  EXPECT_EQ(filled.error_after_close, ERROR_SUCCESS);
}

TEST_F(FullTable, OfHandlesRefusesTheNextAndRecovers) {
  auto process = peer("processes=4,threads=8,objects=64,handles=16");
  const auto filled = process->call(fill_with_objects, 64U);
  EXPECT_EQ(filled.error, ERROR_NO_SYSTEM_RESOURCES);
  EXPECT_GE(filled.made, 8U);
  EXPECT_LE(filled.made, 16U);
  EXPECT_EQ(filled.existing_intact, filled.made);
  EXPECT_EQ(filled.error_after_close, ERROR_SUCCESS);
}

struct Opened {
  std::uint32_t count;
  DWORD error;
};

TEST_F(FullTable, OfHandlesRefusesAnOpenWithoutLeavingAReference) {
  auto process = peer("processes=4,threads=8,objects=64,handles=16");
  const auto opened = process->call([] {
    RtCreateMutexA(nullptr, FALSE, "M");
    std::uint32_t count = 0;
    while (count < 100 && RtOpenMutexA(0, FALSE, "M") != nullptr) ++count;
    return Opened{.count = count, .error = GetLastError()};
  });
  EXPECT_LT(opened.count, 16U);
  EXPECT_EQ(opened.error, ERROR_NO_SYSTEM_RESOURCES);
  std::string error;
  EXPECT_EQ(inspect::View::open(name_, &error)->object("M")->references, opened.count + 1);
}

TEST_F(FullTable, OfHandlesRefusesACreateWithoutLeavingAnObjectOrItsOwnership) {
  auto process = peer("processes=4,threads=8,objects=64,handles=16");
  const auto refused = process->call([] {
    HANDLE last = nullptr;
    for (HANDLE handle = nullptr; (handle = RtCreateEventA(nullptr, TRUE, FALSE, nullptr)) != nullptr;) last = handle;
    const HANDLE mutex = RtCreateMutexA(nullptr, TRUE, "M");
    const DWORD error = GetLastError();
    RtCloseHandle(last);
    RtOpenMutexA(0, FALSE, "M");
    return mutex == nullptr && error == ERROR_NO_SYSTEM_RESOURCES ? GetLastError() : ~0U;
  });
  EXPECT_EQ(refused, ERROR_FILE_NOT_FOUND);
}

struct ThreadsFilled {
  std::uint32_t waited;
  std::uint32_t refused;
  std::uint32_t other;
  DWORD after;  // result of a thread that comes when the others have gone
};

// Sixteen threads poll one semaphore and then stay until ended, in a namespace with room for eight.
ThreadsFilled fill_with_threads(HANDLE semaphore) {
  constexpr std::uint32_t kThreads = 16;
  static std::uint32_t results[3];
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([semaphore] {
      const DWORD result = wait_one(semaphore, 0);
      const DWORD error = GetLastError();
      pthread_mutex_lock(&lock);
      ++results[result == WAIT_OBJECT_0 ? 0 : result == WAIT_FAILED && error == ERROR_NO_SYSTEM_RESOURCES ? 1 : 2];
      pthread_mutex_unlock(&lock);
      arena().meet(0, kThreads);
    });
  }
  for (auto& thread : threads) thread.join();
  ThreadsFilled filled{.waited = results[0], .refused = results[1], .other = results[2], .after = 0};
  std::thread([&] { filled.after = wait_one(semaphore, 0); }).join();
  return filled;
}

TEST_F(FullTable, OfThreadsRefusesTheWaitAndConsumesNothing) {
  auto process = peer("processes=4,threads=8,objects=64,handles=64");
  const HANDLE semaphore = process->call(create_semaphore, "S", 100, 100);
  const auto filled = process->call(fill_with_threads, semaphore);
  EXPECT_GE(filled.waited, 4U);
  EXPECT_LE(filled.waited, 8U);
  EXPECT_EQ(filled.waited + filled.refused, 16U);
  EXPECT_EQ(filled.other, 0U);
  EXPECT_EQ(filled.after, WAIT_OBJECT_0);
  EXPECT_EQ(process->call([](HANDLE handle) { return query_semaphore(handle)->count; }, semaphore),
            99 - static_cast<LONG>(filled.waited));
}

TEST_F(FullTable, OfProcessesRefusesTheNextUntilOneHasDied) {
  constexpr const char* kLimits = "processes=4,threads=32,objects=64,handles=64";
  std::vector<std::unique_ptr<ProcessPeer>> members;
  for (int i = 0; i < 4; ++i) {
    members.push_back(peer(kLimits));
    ASSERT_NE(members.back()->call(create_event, "E", TRUE, FALSE), nullptr) << i;
  }
  auto latecomer = peer(kLimits);
  EXPECT_EQ(latecomer->call(create_event, "E", TRUE, FALSE), nullptr);
  EXPECT_EQ(latecomer->last_error(), ERROR_NO_SYSTEM_RESOURCES);

  members.front()->end();

  await("the dead process's place is free", [&] {
    auto next = peer(kLimits);
    return next->call(create_event, "E", TRUE, FALSE) != nullptr;
  });
}

TEST_F(FullTable, DoesNotHinderThoseWhoAreIn) {
  auto process = peer("processes=2,threads=4,objects=8,handles=8");
  const HANDLE event = process->call(create_event, "E", FALSE, TRUE);
  process->call([] {
    while (RtCreateEventA(nullptr, TRUE, FALSE, nullptr) != nullptr) continue;
  });
  EXPECT_EQ(process->call(wait_one, event, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(process->call(set_event, event), TRUE);
  EXPECT_EQ(process->call(wait_one, event, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(process->call(close_handle, event), TRUE);
}

struct ComeBack {
  bool came;
  DWORD taken;
  LONG first_recursion;  // of the mutex that the value named before
  LONG second_recursion;
};

// The last mutex this thread uses is one whose handle is closed afterwards; then handles are made until that value is
// back, for another mutex.
ComeBack use_a_value_that_came_back(std::uint32_t at_most) {
  const HANDLE value = RtCreateMutexA(nullptr, FALSE, "first");
  const HANDLE first = RtOpenMutexA(0, FALSE, "first");
  RtWaitForSingleObject(value, 0);
  RtReleaseMutex(value);
  RtCloseHandle(value);
  HANDLE second = RtCreateMutexA(nullptr, FALSE, nullptr);
  for (std::uint32_t i = 0; i < at_most && second != value; ++i) {
    RtCloseHandle(second);
    second = RtCreateMutexA(nullptr, FALSE, nullptr);
  }
  const DWORD taken = RtWaitForSingleObject(second, 0);
  return {second == value, taken, query_mutex(first)->recursion, query_mutex(second)->recursion};
}

// Creates a mutex, owns it and lets go of its only handle, again and again. Returns how often that succeeded.
std::uint32_t own_and_close(std::uint32_t times) {
  std::uint32_t done = 0;
  while (done < times && RtCloseHandle(RtCreateMutexA(nullptr, TRUE, nullptr)) != FALSE) ++done;
  return done;
}

// As above, but another thread closes the handle.
std::uint32_t own_and_let_another_close(std::uint32_t times) {
  std::uint32_t done = 0;
  for (; done < times; ++done) {
    const HANDLE mutex = RtCreateMutexA(nullptr, FALSE, nullptr);
    if (mutex == nullptr || RtWaitForSingleObject(mutex, 0) != WAIT_OBJECT_0) break;
    std::thread([mutex] { RtCloseHandle(mutex); }).join();
  }
  return done;
}

TEST_F(FullTable, OfObjectsIsNotFilledByOwnedMutexesWhoseLastHandleIsClosed) {
  constexpr std::uint32_t kManyTables = 40;
  auto process = peer("processes=2,threads=4,objects=8,handles=8");
  EXPECT_EQ(process->call(own_and_close, kManyTables), kManyTables);
  EXPECT_EQ(process->call(own_and_let_another_close, kManyTables), kManyTables);
}

TEST_F(FullTable, OfHandlesGivesAValueAgainAndItNamesItsNewObjectOnly) {
  constexpr std::uint32_t kGenerationsOfAllEntries = 8 * 8192;
  auto process = peer("processes=2,threads=4,objects=8,handles=8");
  const ComeBack used = process->call(use_a_value_that_came_back, kGenerationsOfAllEntries);
  EXPECT_TRUE(used.came);
  EXPECT_EQ(used.taken, WAIT_OBJECT_0);
  EXPECT_EQ(used.first_recursion, 0);
  EXPECT_EQ(used.second_recursion, 1);
}

}  // namespace
}  // namespace rtss::test
