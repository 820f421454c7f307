// Handles: which values are one, what a wrong one does, and what closing means.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/fork_server.h"
#include "tests/support/forked.h"

namespace rtss::test {
namespace {

HANDLE value(std::uintptr_t number) { return reinterpret_cast<HANDLE>(number); }
std::uintptr_t number(HANDLE handle) { return reinterpret_cast<std::uintptr_t>(handle); }

struct HandleCall {
  const char* name;
  bool (*refuses)(HANDLE handle);  // the call failed
};

constexpr std::array<HandleCall, 12> kHandleCalls{{
    {"RtCloseHandle", [](HANDLE handle) { return RtCloseHandle(handle) == FALSE; }},
    {"RtReleaseMutex", [](HANDLE handle) { return RtReleaseMutex(handle) == FALSE; }},
    {"RtSetEvent", [](HANDLE handle) { return RtSetEvent(handle) == FALSE; }},
    {"RtResetEvent", [](HANDLE handle) { return RtResetEvent(handle) == FALSE; }},
    {"RtPulseEvent", [](HANDLE handle) { return RtPulseEvent(handle) == FALSE; }},
    {"RtReleaseSemaphore", [](HANDLE handle) { return RtReleaseSemaphore(handle, 1, nullptr) == FALSE; }},
    {"RtssQueryMutex", [](HANDLE handle) { return !query_mutex(handle); }},
    {"RtssQueryEvent", [](HANDLE handle) { return !query_event(handle); }},
    {"RtssQuerySemaphore", [](HANDLE handle) { return !query_semaphore(handle); }},
    {"RtWaitForSingleObject", [](HANDLE handle) { return wait_one(handle, 0) == WAIT_FAILED; }},
    {"RtWaitForMultipleObjects any", [](HANDLE handle) { return wait_any({handle}, 0) == WAIT_FAILED; }},
    {"RtWaitForMultipleObjects all", [](HANDLE handle) { return wait_all({handle}, 0) == WAIT_FAILED; }},
}};

void expect_refused_by_every_call(HANDLE handle) {
  for (const auto& call : kHandleCalls) {
    SCOPED_TRACE(call.name);
    EXPECT_FAILS(call.refuses(handle), true, ERROR_INVALID_HANDLE);
  }
}

class Handle : public ApiTest {};

template <class Peer>
class HandleBetween : public ApiTest {};
TYPED_TEST_SUITE(HandleBetween, Peers, PeerNames);

TEST_F(Handle, ThatIsNullIsRefusedByEveryCall) { expect_refused_by_every_call(nullptr); }

TEST_F(Handle, ThatWasNeverIssuedIsRefusedByEveryCall) {
  create_mutex("M", FALSE);
  for (const std::uintptr_t never : {0x4UL, 0x1234UL, 0x7ffffffcUL, 0x80000000UL, 0xdeadbeefUL, 0x100000004UL,
                                     0x7fffffffffffffffUL, 0xffffffffffffff00UL}) {
    SCOPED_TRACE(never);
    expect_refused_by_every_call(value(never));
  }
}

TEST_F(Handle, WhoseUpperHalfIsNotZeroIsRefused) {
  const HANDLE event = create_event("E", TRUE, FALSE);
  const HANDLE wider = value(number(event) | (1UL << 40));
  EXPECT_FAILS(set_event(wider), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_TRUE(is_clear(event));
}

TEST_F(Handle, ThatIsClosedIsRefusedByEveryCall) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    const HANDLE handle = kind.create(kind.name);
    ASSERT_EQ(close_handle(handle), TRUE);
    expect_refused_by_every_call(handle);
  }
}

TEST_F(Handle, ThatIsClosedDoesNotReachTheSlotsNextObject) {
  const HANDLE stale = create_event("old", TRUE, FALSE);
  close_handle(stale);
  std::vector<HANDLE> later;
  for (int i = 0; i < 200; ++i) later.push_back(create_event(nullptr, TRUE, FALSE));

  EXPECT_FAILS(set_event(stale), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(close_handle(stale), FALSE, ERROR_INVALID_HANDLE);

  for (const HANDLE event : later) EXPECT_TRUE(is_clear(event));
}

TEST_F(Handle, OfTheWrongKindIsRefusedAndItsObjectUntouched) {
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 1, 3);

  for (const HANDLE wrong : {event, semaphore}) {
    EXPECT_FAILS(release_mutex(wrong), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(query_mutex(wrong).has_value(), false, ERROR_INVALID_HANDLE);
  }
  for (const HANDLE wrong : {mutex, semaphore}) {
    EXPECT_FAILS(set_event(wrong), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(reset_event(wrong), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(pulse_event(wrong), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(query_event(wrong).has_value(), false, ERROR_INVALID_HANDLE);
  }
  for (const HANDLE wrong : {mutex, event}) {
    EXPECT_FAILS(release_semaphore(wrong, 1), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(post(wrong, 1).previous, kUnwritten, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(query_semaphore(wrong).has_value(), false, ERROR_INVALID_HANDLE);
  }

  EXPECT_TRUE(is_free(mutex));
  EXPECT_TRUE(is_clear(event));
  EXPECT_TRUE(has_count(semaphore, 1));
}

TEST_F(Handle, PairsToOneObjectAreInterchangeable) {
  const HANDLE first = create_mutex("M", FALSE);
  const HANDLE second = open_mutex("M");
  ASSERT_NE(first, second);

  EXPECT_EQ(wait_one(first, 0), WAIT_OBJECT_0);
  EXPECT_EQ(wait_one(second, 0), WAIT_OBJECT_0) << "the thread owns it, by whatever handle";
  EXPECT_TRUE(is_owned(first, gettid(), 2));
  EXPECT_EQ(release_mutex(second), TRUE);
  EXPECT_EQ(release_mutex(second), TRUE);
  EXPECT_TRUE(is_free(first));
}

TEST_F(Handle, ReleasedThroughOneHandleIsNotReleasedAgainThroughAnother) {
  const HANDLE first = create_mutex("M", TRUE);
  const HANDLE second = open_mutex("M");

  EXPECT_EQ(release_mutex(second), TRUE);
  EXPECT_FAILS(release_mutex(first), FALSE, ERROR_NOT_OWNER);
  EXPECT_TRUE(is_free(first));
}

TEST_F(Handle, OfAnotherProcessIsInvalidHere) {
  NEEDS_PROCESSES();
  ProcessPeer peer;
  const HANDLE theirs = peer.call(create_event, "E", TRUE, FALSE);
  ASSERT_NE(theirs, nullptr);
  const HANDLE ours = open_event("E");
  ASSERT_NE(theirs, ours) << "then this test shows nothing";

  expect_refused_by_every_call(theirs);
  EXPECT_TRUE(is_clear(ours));
  EXPECT_EQ(peer.call(set_event, theirs), TRUE);
}

struct ForkTally {
  BOOL inherited_worked;
  DWORD inherited_error;
  DWORD owner_after_fork;  // result of the child's own zero-timeout wait on the parent's mutex
  BOOL child_released;
  DWORD release_error;
  int exit_status;
};

// Forks a child that tries its parent's event handle and its parent's mutex M, and reports through the arena.
ForkTally fork_and_try(HANDLE event) {
  ForkTally* const report = reinterpret_cast<ForkTally*>(arena().plain.data());
  const pid_t child = fork();
  if (child == 0) {
    alarm(kWatchdogSeconds);
    report->inherited_worked = RtSetEvent(event);
    report->inherited_error = GetLastError();
    const HANDLE own = RtOpenMutexA(0, FALSE, "M");
    report->owner_after_fork = RtWaitForSingleObject(own, 0);
    report->child_released = RtReleaseMutex(own);
    report->release_error = GetLastError();
    _exit(own != nullptr ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  ForkTally tally = *report;
  tally.exit_status = status;
  return tally;
}

TEST_F(Handle, IsNotInheritedByAForkedChildWhichOwnsNothing) {
  NEEDS_PROCESSES();
  ProcessPeer parent;
  const HANDLE mutex = parent.call(create_mutex, "M", TRUE);
  const HANDLE event = parent.call(create_event, "E", TRUE, FALSE);

  const auto tally = parent.call(fork_and_try, event);

  EXPECT_EQ(tally.exit_status, 0);
  EXPECT_EQ(tally.inherited_worked, FALSE);
  EXPECT_EQ(tally.inherited_error, ERROR_INVALID_HANDLE);
  EXPECT_EQ(tally.owner_after_fork, WAIT_TIMEOUT);
  EXPECT_EQ(tally.child_released, FALSE);
  EXPECT_EQ(tally.release_error, ERROR_NOT_OWNER);
  EXPECT_EQ(parent.call(release_mutex, mutex), TRUE) << "the parent still owns it";
}

// In the child's own namespace the first thread has the identity that the forking thread had in its own.
DWORD take_what_another_thread_of_a_child_owns(Name first, Name second) {
  setenv("RTSS_NAMESPACE", first.c_str(), 1);
  const HANDLE before = RtCreateMutexA(nullptr, TRUE, "M");
  const pid_t child = before == nullptr ? -1 : fork();
  if (child == 0) {
    alarm(kWatchdogSeconds);
    setenv("RTSS_NAMESPACE", second.c_str(), 1);
    HANDLE mutex = nullptr;
    std::atomic<bool> looked{false};
    std::thread owner([&] {
      mutex = RtCreateMutexA(nullptr, TRUE, "M");
      looked.store(true);
      looked.notify_all();
      looked.wait(true);
    });
    looked.wait(false);
    const DWORD outcome = RtWaitForSingleObject(mutex, 0);
    looked.store(false);
    looked.notify_all();
    owner.join();
    _exit(static_cast<int>(outcome & 0xff));
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<DWORD>(WEXITSTATUS(status)) : WAIT_FAILED;
}

TEST_F(Handle, OfAForkedChildIsNotItsCreatorsThoughItsOtherThreadAttaches) {
  NEEDS_PROCESSES();
  if (kSanitized) GTEST_SKIP() << "a sanitizer's threads do not start in a forked child";
  ProcessPeer parent;
  const std::string first = namespace_name("first");
  const std::string second = namespace_name("second");
  EXPECT_EQ(parent.call(take_what_another_thread_of_a_child_owns, first.c_str(), second.c_str()), WAIT_TIMEOUT & 0xff);
}

bool create_and_close() { return RtCloseHandle(RtCreateEventA(nullptr, FALSE, FALSE, nullptr)) != FALSE; }

TEST_F(Handle, CanBeCreatedAndClosedInAChildForkedInTheMiddleOfThat) {
  NEEDS_PROCESSES();
  if (kSanitized) GTEST_SKIP() << "a sanitizer's allocator forks with its locks held";
  ProcessPeer parent;
  EXPECT_EQ(parent.call(finished_children, create_and_close, 100), 100);
}

TEST_F(Handle, MayHaveItsTwoLowBitsSet) {
  const HANDLE event = create_event("E", TRUE, FALSE);
  EXPECT_EQ(number(event) % 4, 0U);
  for (std::uintptr_t low = 1; low < 4; ++low) {
    reset_event(event);
    EXPECT_EQ(set_event(value(number(event) | low)), TRUE);
    EXPECT_TRUE(is_set(event));
  }
}

TEST_F(Handle, FitsThirtyOneBits) {
  for (int i = 0; i < 100; ++i) {
    const auto handle = number(create_event(nullptr, TRUE, FALSE));
    EXPECT_GT(handle, 0U);
    EXPECT_LT(handle, 1UL << 31);
  }
}

TYPED_TEST(HandleBetween, ClosedWhileAThreadWaitsThroughItLetsTheWaitGoOn) {
  TypeParam signaler;
  ThreadPeer waiter;
  const HANDLE theirs = signaler.call(create_event, "E", FALSE, FALSE);
  const HANDLE ours = open_event("E");
  auto waiting = waiter.start(wait_one, ours, INFINITE);
  await_blocked(waiter);

  EXPECT_EQ(close_handle(ours), TRUE);
  EXPECT_TRUE(is_blocked(waiter)) << "the close itself must not wake it";
  EXPECT_EQ(signaler.call(set_event, theirs), TRUE);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

TEST_F(Handle, ThatWasTheLastClosedDuringATimedWaitLetsTheWaitTimeOut) {
  ThreadPeer peer;
  const HANDLE event = create_event("E", FALSE, FALSE);
  auto waiting = peer.start(wait_one, event, 300U);
  await_blocked(peer);

  EXPECT_EQ(close_handle(event), TRUE);

  EXPECT_FAILS(open_event("E"), nullptr, ERROR_FILE_NOT_FOUND);
  EXPECT_EQ(waiting.get(), WAIT_TIMEOUT);
}

TEST_F(Handle, ClosedTwiceFailsTheSecondTime) {
  const HANDLE first = create_event("E", TRUE, FALSE);
  const HANDLE second = open_event("E");

  EXPECT_EQ(close_handle(first), TRUE);
  EXPECT_FAILS(close_handle(first), FALSE, ERROR_INVALID_HANDLE);

  EXPECT_EQ(set_event(second), TRUE) << "the other handle was damaged";
}

TYPED_TEST(HandleBetween, WaitsThatSucceedOrTimeOutLeaveTheLastErrorAlone) {
  TypeParam peer;
  const HANDLE event = peer.call(create_event, "E", TRUE, TRUE);
  const HANDLE mutex = peer.call(create_mutex, "M", FALSE);
  const HANDLE empty = peer.call(create_semaphore, "S", 0, 1);

  EXPECT_EQ(peer.call(wait_one, event, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(peer.last_error(), kUntouchedError);
  EXPECT_EQ(peer.call(wait_any, Handles{empty, mutex}, 0U), WAIT_OBJECT_0 + 1);
  EXPECT_EQ(peer.last_error(), kUntouchedError);
  EXPECT_EQ(peer.call(wait_all, Handles{event, mutex}, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(peer.last_error(), kUntouchedError);
  for (const DWORD timeout : {0U, 5U}) {
    EXPECT_EQ(peer.call(wait_one, empty, timeout), WAIT_TIMEOUT);
    EXPECT_EQ(peer.last_error(), kUntouchedError);
    EXPECT_EQ(peer.call(wait_all, Handles{event, empty}, timeout), WAIT_TIMEOUT);
    EXPECT_EQ(peer.last_error(), kUntouchedError);
  }
  EXPECT_EQ(peer.call(release_mutex, mutex), TRUE);
  EXPECT_EQ(peer.last_error(), kUntouchedError);
  EXPECT_EQ(peer.call(release_mutex, mutex), TRUE);
}

// One thread opens and closes handles while another goes on using the values: each use works on the right object or
// says INVALID_HANDLE, and events of the bystanders are never set.
TEST_F(Handle, ClosedByOneThreadWhileAnotherUsesItNeverReachesAnotherObject) {
  constexpr std::uint32_t kRounds = 20'000;
  const HANDLE bystander = create_event("bystander", TRUE, FALSE);
  ThreadPeer opener;
  ThreadPeer user;
  auto opening = opener.start([] {
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      const HANDLE target = RtCreateEventA(nullptr, TRUE, FALSE, "target");
      arena().words[0].store(static_cast<std::uint32_t>(number(target)));
      RtCloseHandle(target);
      const HANDLE other = RtOpenEventA(0, FALSE, "bystander");
      RtCloseHandle(other);
    }
    arena().words[1].store(1);
  });
  auto odd_errors = user.start([] {
    std::uint32_t odd = 0;
    while (arena().words[1].load() == 0) {
      const HANDLE target = value(arena().words[0].load());
      if (!RtSetEvent(target) && GetLastError() != ERROR_INVALID_HANDLE) ++odd;
    }
    return odd;
  });

  opening.get();
  EXPECT_EQ(odd_errors.get(), 0U);
  EXPECT_TRUE(is_clear(bystander));
}

}  // namespace
}  // namespace rtss::test
