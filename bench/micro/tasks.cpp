// Threads and processes.
#include "bench/micro/register.h"

namespace rtss::bench {
namespace {

DWORD RTFCNDCL end_at_once(LPVOID /*parameter*/) { return 0; }
DWORD RTFCNDCL sleep_on(LPVOID event) {
  RtWaitForSingleObject(event, INFINITE);
  return 0;
}

struct Sleeper {
  HANDLE event;
  HANDLE thread;
};
Sleeper sleeper() {
  const HANDLE event = made(RtCreateEventA(nullptr, TRUE, FALSE, nullptr));
  return {event, made(RtCreateThread(nullptr, 0, sleep_on, event, 0, nullptr))};
}
void wake(const Sleeper& subject) {
  expect(RtSetEvent(subject.event));
  require(RtWaitForSingleObject(subject.thread, INFINITE) == WAIT_OBJECT_0, "wait failed");
  close_handle(subject.thread);
  close_handle(subject.event);
}

void run_process() {
  char command[] = "/bin/true";
  PROCESS_INFORMATION information{};
  expect(RtCreateProcessA(nullptr, command, nullptr, nullptr, FALSE, 0, nullptr, nullptr, nullptr, &information));
  require(RtWaitForSingleObject(information.hProcess, INFINITE) == WAIT_OBJECT_0, "wait failed");
  DWORD code = 1;
  expect(RtGetExitCodeProcess(information.hProcess, &code));
  require(code == 0, "a measured process failed");
  close_handle(information.hThread);
  close_handle(information.hProcess);
}

[[maybe_unused]] const Calls kTasks = {
    call("RtCreateThread, RtWaitForSingleObject, RtCloseHandle",
         [] {
           const HANDLE thread = made(RtCreateThread(nullptr, 0, end_at_once, nullptr, 0, nullptr));
           require(RtWaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0, "wait failed");
           close_handle(thread);
         }),
    call("RtCreateThread suspended, RtResumeThread, RtWaitForSingleObject, RtCloseHandle",
         [] {
           const HANDLE thread = made(RtCreateThread(nullptr, 0, end_at_once, nullptr, CREATE_SUSPENDED, nullptr));
           require(RtResumeThread(thread) == 1, "a measured call failed");
           require(RtWaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0, "wait failed");
           close_handle(thread);
         }),
    call(
        "RtSuspendThread, RtResumeThread of a waiting thread", sleeper,
        [](const Sleeper& subject) {
          RtSuspendThread(subject.thread);
          RtResumeThread(subject.thread);
        },
        wake),
    call(
        "RtGetExitCodeThread", sleeper,
        [](const Sleeper& subject) {
          DWORD code = 0;
          expect(RtGetExitCodeThread(subject.thread, &code));
        },
        wake),
    call("RtGetCurrentThread", [] { benchmark::DoNotOptimize(RtGetCurrentThread()); }),
    call("RtGetCurrentThreadId", [] { benchmark::DoNotOptimize(RtGetCurrentThreadId()); }),
    call("RtGetCurrentProcessorNumber", [] { benchmark::DoNotOptimize(RtGetCurrentProcessorNumber()); }),
    call("RtGetThreadPriority", [] { benchmark::DoNotOptimize(RtGetThreadPriority(RtGetCurrentThread())); }),
    call(
        "RtSetThreadPriority of a waiting thread", sleeper,
        [](const Sleeper& subject) {
          expect(RtSetThreadPriority(subject.thread, 10));
          expect(RtSetThreadPriority(subject.thread, 11));
        },
        wake),
    call(
        "RtSetThreadTimeQuantumEx of a waiting thread", sleeper,
        [](const Sleeper& subject) { expect(RtSetThreadTimeQuantumEx(subject.thread, INVALID_QUANTUM)); }, wake),
    call("RtGetThreadTimeQuantumEx", [] { benchmark::DoNotOptimize(RtGetThreadTimeQuantumEx(RtGetCurrentThread())); }),
    call("RtGetThreadTimes",
         [] {
           FILETIME created;
           FILETIME ended;
           FILETIME run;
           expect(RtGetThreadTimes(RtGetCurrentThread(), &created, &ended, &run));
         }),
    call(
        "RtSetThreadAffinityMask of a waiting thread", sleeper,
        [](const Sleeper& subject) {
          require(RtSetThreadAffinityMask(subject.thread, 1) != 0, "a measured call failed");
        },
        wake),
    call("RtssSetSpin", [] { expect(RtssSetSpin(0)); }),
    call("RtCreateProcessA, RtWaitForSingleObject, RtGetExitCodeProcess, RtCloseHandle", run_process)->Iterations(20),
    call("RtOpenProcess, RtCloseHandle",
         [] { close_handle(made(RtOpenProcess(SYNCHRONIZE, FALSE, RtGetCurrentProcessId()))); }),
    call("RtGetCurrentProcess", [] { benchmark::DoNotOptimize(RtGetCurrentProcess()); }),
    call("RtGetCurrentProcessId", [] { benchmark::DoNotOptimize(RtGetCurrentProcessId()); }),
    call("RtGetProcessAffinityMask",
         [] {
           DWORD_PTR process = 0;
           DWORD_PTR machine = 0;
           expect(RtGetProcessAffinityMask(RtGetCurrentProcess(), &process, &machine));
         }),
    call("RtIsInRtss", [] { benchmark::DoNotOptimize(RtIsInRtss()); }),
};

}  // namespace
}  // namespace rtss::bench
