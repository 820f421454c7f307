// What went wrong in ports of RTX programs to Linux before, as tests: waits that poll or spin, events that are not
// consumed, time-outs on a clock that jumps. The faults that concern processes are tested by tests/compat.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>

#include "tests/porting/threads.h"

namespace rtss::test {
namespace {

class FieldReport : public ApiTest {};

std::int64_t own_sleeps() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

TEST_F(FieldReport, WaitOnSeveralTimesOutAndSleepsOnce) {
  const HANDLE first = create_event(nullptr, FALSE, FALSE);
  const HANDLE second = create_mutex(nullptr, FALSE);
  const HANDLE thread = start_thread([](void*) -> DWORD { return 0; }, nullptr, CREATE_SUSPENDED);
  EXPECT_EQ(wait_one(second, 0), WAIT_OBJECT_0);
  constexpr std::int64_t kFew = 8;  // a poll each 10 ms would make 30

  const std::int64_t before = own_sleeps();
  EXPECT_EQ(wait_any({first, thread}, 300), WAIT_TIMEOUT);
  EXPECT_LT(own_sleeps() - before, kFew);

  EXPECT_TRUE(release_mutex(second));
  RtResumeThread(thread);
  join(thread);
}

TEST_F(FieldReport, AutoResetEventsAreConsumedByWaitsOnSeveral) {
  struct Consumer {
    HANDLE handles[2];
    std::atomic<int> passes{0};
  } consumer;
  consumer.handles[0] = create_event(nullptr, FALSE, FALSE);
  consumer.handles[1] = create_event(nullptr, TRUE, FALSE);
  const HANDLE thread = start_thread(
      [](void* p) -> DWORD {
        auto& self = *static_cast<Consumer*>(p);
        while (RtWaitForMultipleObjects(2, self.handles, FALSE, INFINITE) == WAIT_OBJECT_0) ++self.passes;
        return 0;
      },
      &consumer);

  for (int i = 1; i <= 200; ++i) {
    EXPECT_TRUE(set_event(consumer.handles[0]));
    await("the consumer passes", [&] { return consumer.passes == i; });
  }
  RtSleep(50);  // time in which it could spin
  EXPECT_EQ(consumer.passes, 200);

  EXPECT_TRUE(set_event(consumer.handles[1]));
  EXPECT_EQ(join(thread), 0u);
}

// From now on the process dies by SIGSYS when it sleeps on the clock that people set. The filter loads, compares,
// and jumps; offsets count from the next line.
bool forbid_realtime_sleeps() {
  constexpr auto kNumber = offsetof(seccomp_data, nr);
  constexpr auto argument = [](std::size_t n) { return static_cast<__u32>(offsetof(seccomp_data, args) + n * 8); };
  constexpr __u32 kOnRealtime = 256;  // FUTEX_CLOCK_REALTIME
  constexpr __u32 kCommand = 127;
  constexpr __u32 kLockPi = 6;  // FUTEX_LOCK_PI, whose time-out is of that clock
  sock_filter filter[] = {
      /* 0 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber),
      /* 1 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 0, 6),
      /* 2 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument(1)),
      /* 3 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kOnRealtime, 2, 0),
      /* 4 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kCommand),
      /* 5 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kLockPi, 0, 6),
      /* 6 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument(3)),  // the time-out, if any
      /* 7 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 4, 5),
      /* 8 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_nanosleep, 1, 0),
      /* 9 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_timerfd_create, 0, 2),
      /* 10 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument(0)),
      /* 11 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOCK_REALTIME, 1, 0),
      /* 12 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      /* 13 */ BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  const sock_fprog program{.len = std::size(filter), .filter = filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool sleep_on(clockid_t clock) {
  timespec soon{};
  clock_gettime(clock, &soon);
  return clock_nanosleep(clock, TIMER_ABSTIME, &soon, nullptr) == 0;
}

// Every way to wait for a time that the API has.
bool wait_in_every_way() {
  static HANDLE ticks;
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  const HANDLE owned = create_mutex("Owned", FALSE);
  ticks = create_event(nullptr, FALSE, FALSE);
  bool good = wait_one(event, 3) == WAIT_TIMEOUT && wait_any({event, ticks}, 3) == WAIT_TIMEOUT &&
              wait_all({event, ticks}, 3) == WAIT_TIMEOUT && wait_one(owned, 3) == WAIT_TIMEOUT;
  ULARGE_INTEGER units{.QuadPart = 5'000};
  good = good && RtWaitForSingleObjectEx(event, &units) == WAIT_TIMEOUT;
  LARGE_INTEGER duration{.QuadPart = 5'000};
  RtSleepFt(&duration);
  RtSleep(1);
  const HANDLE timer = RtCreateTimer(
      nullptr, 0, [](void*) { RtSetEvent(ticks); }, nullptr, RT_PRIORITY_MAX, CLOCK_1);
  LARGE_INTEGER due{};
  good = good && RtGetClockTime(CLOCK_1, &due) != FALSE;
  due.QuadPart += 20'000;
  good = good && RtSetTimer(timer, &due, &duration) != FALSE;
  for (int i = 0; i < 3; ++i) good = good && wait_one(ticks, 10'000) == WAIT_OBJECT_0;
  return RtDeleteTimer(timer) != FALSE && good;
}

TEST_F(FieldReport, NothingSleepsOnAClockThatCanBeSet) {
  NEEDS_PROCESSES();
  const HANDLE owned = create_mutex("Owned", TRUE);
  ProcessPeer peer;
  if (!peer.call(forbid_realtime_sleeps)) GTEST_SKIP() << "the kernel has no seccomp filters";
  EXPECT_TRUE(peer.call(sleep_on, CLOCK_MONOTONIC));
  EXPECT_TRUE(peer.call(wait_in_every_way));

  ProcessPeer other;
  EXPECT_TRUE(other.call(forbid_realtime_sleeps));
  other.start(sleep_on, CLOCK_REALTIME);
  other.await_end();  // caught by the filter
  EXPECT_TRUE(release_mutex(owned));
}

}  // namespace
}  // namespace rtss::test
