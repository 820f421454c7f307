// What a process has of the segment in its memory: little, but each page that a wait or a release may touch, also those
// of slots that other processes hand out.
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/api_test.h"
#include "tests/support/attach_to.h"

namespace rtss::test {
namespace {

class MappedSlots : public ApiTest {
 protected:
  void SetUp() override {
    NEEDS_PROCESSES();
    if (kSanitized) GTEST_SKIP() << "a sanitizer's own memory faults";
    ApiTest::SetUp();
  }
};

// Of the calling process, in KiB.
long memory_of(Name key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key.c_str())) return std::stol(line.substr(line.find(':') + 1));
  }
  return -1;
}

long faults() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

long faults_of_release(HANDLE mutex) {
  const long before = faults();
  RtReleaseMutex(mutex);
  return faults() - before;
}

struct Wait {
  DWORD result;
  long faults;
};

Wait wait_and_count(HANDLE object, DWORD milliseconds) {
  const long before = faults();
  const DWORD result = RtWaitForSingleObject(object, milliseconds);
  return {result, faults() - before};
}

// Whether the calling process's limit, or its capability, admits so many bytes.
bool may_lock(std::uint64_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  const bool is_locked = mlock2(memory, bytes, MLOCK_ONFAULT) == 0;
  munmap(memory, bytes);
  return is_locked;
}

bool start_thread(void* (*routine)(void*), void* argument) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, routine, argument) != 0) return false;
  return pthread_detach(thread) == 0;
}

void* wait_for_the_end(void* /*unused*/) {
  RtWaitForSingleObject(RtOpenEventA(SYNCHRONIZE, FALSE, "end"), INFINITE);
  return nullptr;
}

void* take_and_release(void* /*unused*/) {
  const HANDLE mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, "M");
  RtWaitForSingleObject(mutex, INFINITE);
  RtReleaseMutex(mutex);
  return nullptr;
}

// New threads that are members until "end" is set: they use up slots.
bool start_crowd(std::uint32_t threads) {
  while (threads != 0 && start_thread(wait_for_the_end, nullptr)) --threads;
  return threads == 0;
}

void make_objects(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) create_event(nullptr, TRUE, FALSE);
}

std::size_t waiters_of(const char* name) { return view().object(name)->waiters.size(); }

void let_a_new_thread_queue(ProcessPeer& process) {
  process.call([] { return start_thread(take_and_release, nullptr); });
  await("the new thread is queued", [] { return waiters_of("M") == 1; });
}

void await_free(const char* mutex) {
  await("the mutex is free", [mutex] { return view().object(mutex)->signaled; });
}

constexpr std::uint32_t kThreadsOfAChunk = 64;
constexpr std::uint32_t kObjectsOfAChunk = 512;

TEST_F(MappedSlots, AProcessThatUsesOneMutexHasASmallPartOfTheSegment) {
  ProcessPeer process;
  const long before = process.call(memory_of, "RssShmem:");

  const HANDLE mutex = process.call(create_mutex, "M", TRUE);
  process.call(release_mutex, mutex);

  constexpr long kMostKib = 1500;
  EXPECT_LE(process.call(memory_of, "RssShmem:") - before, kMostKib);
}

TEST_F(MappedSlots, ANewThreadOfAnotherProcessQueuesAndTheOwnersReleaseDoesNotFault) {
  const HANDLE end = create_event("end", TRUE, FALSE);
  ProcessPeer owner;
  ProcessPeer other;
  const HANDLE mutex = owner.call(create_mutex, "M", TRUE);
  let_a_new_thread_queue(other);
  owner.call(faults_of_release, mutex);  // its code and its stack are there from now on
  await_free("M");

  for (std::uint32_t chunk = 0; chunk < 3; ++chunk) {
    SCOPED_TRACE(chunk);
    ASSERT_EQ(owner.call(wait_one, mutex, INFINITE), WAIT_OBJECT_0);
    ASSERT_TRUE(other.call(start_crowd, kThreadsOfAChunk));
    await("the crowd waits", [&] { return waiters_of("end") == (chunk + 1) * kThreadsOfAChunk; });
    let_a_new_thread_queue(other);

    EXPECT_EQ(owner.call(faults_of_release, mutex), 0);

    await_free("M");
  }
  set_event(end);
  await("the crowd has left", [] { return waiters_of("end") == 0; });
}

TEST_F(MappedSlots, AChainLeadsThroughAMutexThatAnotherProcessMadeAndTheWaiterDoesNotFault) {
  ProcessPeer waiter;
  ProcessPeer middle;
  ProcessPeer last;
  const HANDLE near = waiter.call(create_mutex, "near", FALSE);
  middle.call(wait_one, middle.call(open_mutex, "near"), INFINITE);
  const auto wait_through = [&](const char* name) {
    last.call(create_mutex, name, TRUE);
    auto blocked = middle.start(wait_one, middle.call(open_mutex, name), INFINITE);
    await_blocked(middle);
    const Wait wait = waiter.call(wait_and_count, near, 20U);
    EXPECT_EQ(wait.result, WAIT_TIMEOUT);
    last.call(release_mutex, last.call(open_mutex, name));
    blocked.get();
    return wait.faults;
  };
  waiter.call([] { return RtSetThreadPriority(RtGetCurrentThread(), 100); });
  wait_through("first");  // its code and its stack are there from now on

  for (std::uint32_t chunk = 0; chunk < 3; ++chunk) {
    SCOPED_TRACE(chunk);
    last.call(make_objects, kObjectsOfAChunk);
    EXPECT_EQ(wait_through(("far " + std::to_string(chunk)).c_str()), 0);
  }
}

TEST_F(MappedSlots, AStoppedProcessDoesNotKeepOthersFromUsingNewSlots) {
  const HANDLE end = create_event("end", TRUE, FALSE);
  ProcessPeer stopped;
  stopped.call(create_mutex, "M", FALSE);
  stopped.signal(SIGSTOP);
  ProcessPeer other;

  EXPECT_TRUE(other.call(start_crowd, 2 * kThreadsOfAChunk));
  await("the crowd waits", [] { return waiters_of("end") == 2 * kThreadsOfAChunk; });

  stopped.signal(SIGCONT);
  set_event(end);
  await("the crowd has left", [] { return waiters_of("end") == 0; });
}

TEST_F(MappedSlots, ItsVariableHasThePagesLocked) {
  ProcessPeer process;
  if (!process.call(may_lock, view().info().bytes)) GTEST_SKIP() << "needs CAP_IPC_LOCK, or a higher RLIMIT_MEMLOCK";
  process.call([] { setenv("RTSS_MLOCK", "on", 1); });

  process.call(create_mutex, "M", FALSE);

  EXPECT_GT(process.call(memory_of, "VmLck:"), 0);
}

TEST_F(MappedSlots, AProcessWhoseVariableCannotBeUnderstoodDoesNotAttach) {
  ProcessPeer process;
  process.call([] { setenv("RTSS_MLOCK", "1", 1); });

  const AttachResult result = process.call(attach_to, "mapped-slots-unused");

  EXPECT_EQ(result.handle, nullptr);
  EXPECT_EQ(result.error, static_cast<DWORD>(ERROR_INVALID_PARAMETER));
  EXPECT_NE(std::string(result.message).find("RTSS_MLOCK=1"), std::string::npos);
}

}  // namespace
}  // namespace rtss::test
