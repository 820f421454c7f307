// Starting threads and processes, waiting for their end, suspending and resuming, setting timers; each beside what
// Linux itself takes for it.
#include <benchmark/benchmark.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr char kProgram[] = "/bin/true";

DWORD nothing(void* /*parameter*/) { return 0; }
void* nothing_at_all(void* /*parameter*/) { return nullptr; }

HANDLE start(LPTHREAD_START_ROUTINE routine, void* parameter, DWORD flags) {
  const HANDLE thread = RtCreateThread(nullptr, 0, routine, parameter, flags, nullptr);
  require(thread != nullptr, "no thread");
  return thread;
}
void see_off(HANDLE handle) {
  require(RtWaitForSingleObject(handle, INFINITE) == WAIT_OBJECT_0, "the wait for its end failed");
  RtCloseHandle(handle);
}

void thread_pthread_create_join(benchmark::State& state) {
  for (auto _ : state) {
    pthread_t thread{};
    require(pthread_create(&thread, nullptr, nothing_at_all, nullptr) == 0, "no thread");
    pthread_join(thread, nullptr);
  }
}
BENCHMARK(thread_pthread_create_join)->UseRealTime();

void thread_create_wait(benchmark::State& state) {
  see_off(start(nothing, nullptr, 0));  // a process's first call attaches it
  for (auto _ : state) see_off(start(nothing, nullptr, 0));
}
BENCHMARK(thread_create_wait)->UseRealTime();

void thread_create_suspended_resume_wait(benchmark::State& state) {
  for (auto _ : state) {
    const HANDLE thread = start(nothing, nullptr, CREATE_SUSPENDED);
    RtResumeThread(thread);
    see_off(thread);
  }
}
BENCHMARK(thread_create_suspended_resume_wait)->UseRealTime();

// From the resume until the thread has run: it suspends itself again each time.
struct Sleeper {
  HANDLE ran = RtCreateEventA(nullptr, FALSE, FALSE, nullptr);
  bool stop = false;

  static DWORD run(void* sleeper) {
    auto& self = *static_cast<Sleeper*>(sleeper);
    while (!self.stop) {
      RtSetEvent(self.ran);
      RtSuspendThread(RtGetCurrentThread());
    }
    return 0;
  }
};
void thread_resume_until_it_runs(benchmark::State& state) {
  Sleeper sleeper;
  const HANDLE thread = start(Sleeper::run, &sleeper, 0);
  RtWaitForSingleObject(sleeper.ran, INFINITE);
  const auto resume = [&] {
    while (RtResumeThread(thread) == 0) continue;  // it has told, but not yet suspended itself
  };
  for (auto _ : state) {
    resume();
    RtWaitForSingleObject(sleeper.ran, INFINITE);
  }
  sleeper.stop = true;
  resume();
  see_off(thread);
  RtCloseHandle(sleeper.ran);
}
BENCHMARK(thread_resume_until_it_runs)->UseRealTime();

void process_posix_spawn_waitpid(benchmark::State& state) {
  for (auto _ : state) {
    pid_t pid = 0;
    char program[] = "true";
    char* arguments[] = {program, nullptr};
    require(posix_spawn(&pid, kProgram, nullptr, nullptr, arguments, environ) == 0, "no process");
    waitpid(pid, nullptr, 0);
  }
}
BENCHMARK(process_posix_spawn_waitpid)->UseRealTime();

void process_create_wait(benchmark::State& state) {
  for (auto _ : state) {
    PROCESS_INFORMATION information{};
    require(RtCreateProcessA(kProgram, nullptr, nullptr, nullptr, FALSE, 0, nullptr, nullptr, nullptr, &information) !=
                FALSE,
            "no process");
    RtCloseHandle(information.hThread);
    see_off(information.hProcess);
  }
}
BENCHMARK(process_create_wait)->UseRealTime();

void timer_set_cancel(benchmark::State& state) {
  const HANDLE timer = RtCreateTimer(
      nullptr, 0, [](void*) {}, nullptr, RT_PRIORITY_MIN, CLOCK_FASTEST);
  require(timer != nullptr, "no timer");
  LARGE_INTEGER hour{.QuadPart = 36'000'000'000};
  for (auto _ : state) {
    RtSetTimerRelative(timer, &hour, nullptr);
    RtCancelTimer(timer, nullptr);
  }
  RtDeleteTimer(timer);
}
BENCHMARK(timer_set_cancel)->UseRealTime();

}  // namespace
}  // namespace rtss::bench
