#include "tests/fuzz/flip/worker.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <random>
#include <string>

#include "rtapi.h"

namespace rtss::test {
namespace {

constexpr std::uint32_t kNames = 6;
constexpr std::uint32_t kHandles = 12;
constexpr std::uint32_t kLife = 300;  // calls of one thread

[[noreturn]] void report_fault(int signal, siginfo_t* info, void* /*context*/) {
  char text[160];
  const int length = std::snprintf(text, sizeof text, "worker %d thread %d: signal %d at %p\n", getpid(), gettid(),
                                   signal, info->si_addr);
  if (length > 0 && write(STDERR_FILENO, text, static_cast<std::size_t>(length)) < 0) _exit(1);
  void* frames[40];
  backtrace_symbols_fd(frames, backtrace(frames, 40), STDERR_FILENO);
  ::signal(signal, SIG_DFL);
  raise(signal);
  _exit(1);
}

void report_faults() {
  void* frames[2];
  backtrace(frames, 2);  // loads what it needs
  struct sigaction action {};
  action.sa_sigaction = report_fault;
  action.sa_flags = SA_SIGINFO;
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) sigaction(signal, &action, nullptr);
}

class Caller {
 public:
  Caller(Shared& shared, Activity& activity, std::uint32_t seed)
      : shared_(shared), activity_(activity), random_(seed) {}

  void run() {
    activity_.tid.store(gettid());
    for (std::uint32_t i = 0; i < kLife && !shared_.stop.load(std::memory_order_relaxed); ++i) act();
    for (HANDLE& handle : handles_) RtCloseHandle(handle);
  }

 private:
  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  HANDLE any() { return handles_[pick(kHandles)]; }
  DWORD brief() { return pick(3) == 0 ? 1 + pick(2) : 0; }

  template <typename Call>
  auto note(const char* name, const Call& call) {
    activity_.call.store(name, std::memory_order_relaxed);
    const auto result = call();
    activity_.calls.fetch_add(1, std::memory_order_relaxed);
    activity_.call.store(nullptr, std::memory_order_relaxed);
    return result;
  }
  void count(bool succeeded) {
    (succeeded ? shared_.succeeded : shared_.failed).fetch_add(1, std::memory_order_relaxed);
  }
  void keep(HANDLE handle) {
    count(handle != nullptr);
    if (handle == nullptr) return;
    HANDLE& place = handles_[pick(kHandles)];
    if (place != nullptr) note("RtCloseHandle", [&] { return RtCloseHandle(place); });
    place = handle;
  }

  void act() {
    switch (pick(16)) {
      case 0:
      case 1:
        make_one();
        break;
      case 2:
      case 3:
      case 4:
        wait_for_one();
        break;
      case 5:
      case 6:
        wait_for_several(FALSE);
        break;
      case 7:
      case 8:
        wait_for_several(TRUE);
        break;
      case 9:
      case 10:
        count(note("RtReleaseMutex", [&] { return RtReleaseMutex(any()); }) != FALSE);
        break;
      case 11:
        count(note("RtReleaseSemaphore",
                   [&] { return RtReleaseSemaphore(any(), 1 + static_cast<LONG>(pick(3)), nullptr); }) != FALSE);
        break;
      case 12:
        change_event();
        break;
      case 13:
        look();
        break;
      case 14:
        note("RtSetThreadPriority",
             [&] { return RtSetThreadPriority(RtGetCurrentThread(), static_cast<int>(pick(128))); });
        break;
      default:
        rare();
        break;
    }
  }

  void make_one() {
    const std::string name = pick(5) == 0 ? std::string() : "object" + std::to_string(pick(kNames));
    const char* const text = name.empty() ? nullptr : name.c_str();
    switch (pick(4)) {
      case 0:
        return keep(note("RtCreateMutex", [&] { return RtCreateMutexA(nullptr, pick(2) == 0, text); }));
      case 1:
        return keep(note("RtCreateEvent", [&] { return RtCreateEventA(nullptr, pick(2) == 0, pick(2) == 0, text); }));
      case 2:
        return keep(note("RtCreateSemaphore", [&] { return RtCreateSemaphoreA(nullptr, 1, 100, text); }));
      default:
        return keep(note("RtOpenMutex", [&] { return RtOpenMutexA(0, FALSE, text == nullptr ? "object0" : text); }));
    }
  }

  void wait_for_one() {
    const DWORD result = note("RtWaitForSingleObject", [&] { return RtWaitForSingleObject(any(), brief()); });
    count(result != WAIT_FAILED);
  }

  void wait_for_several(BOOL all) {
    HANDLE handles[kHandles];
    const DWORD wanted = 2 + pick(4);
    DWORD found = 0;
    for (std::uint32_t i = pick(kHandles), looked = 0; looked < kHandles && found < wanted; ++i, ++looked) {
      if (handles_[i % kHandles] != nullptr) handles[found++] = handles_[i % kHandles];
    }
    if (found == 0) return make_one();
    const DWORD result =
        note(all ? "wait-all" : "wait-any", [&] { return RtWaitForMultipleObjects(found, handles, all, brief()); });
    count(result != WAIT_FAILED);
  }

  void change_event() {
    switch (pick(3)) {
      case 0:
        return count(note("RtSetEvent", [&] { return RtSetEvent(any()); }) != FALSE);
      case 1:
        return count(note("RtResetEvent", [&] { return RtResetEvent(any()); }) != FALSE);
      default:
        return count(note("RtPulseEvent", [&] { return RtPulseEvent(any()); }) != FALSE);
    }
  }

  void look() {
    RTSS_MUTEX_STATE mutex{};
    mutex.Size = sizeof mutex;
    RTSS_EVENT_STATE event{};
    event.Size = sizeof event;
    RTSS_SEMAPHORE_STATE semaphore{};
    semaphore.Size = sizeof semaphore;
    DWORD code = 0;
    note("queries", [&] {
      return RtssQueryMutex(any(), &mutex) + RtssQueryEvent(any(), &event) + RtssQuerySemaphore(any(), &semaphore) +
             RtGetExitCodeThread(any(), &code) + RtGetThreadPriority(RtGetCurrentThread());
    });
  }

  static DWORD RTFCNDCL short_thread(void* /*context*/) {
    RtCloseHandle(RtCreateEventA(nullptr, TRUE, FALSE, nullptr));
    return 3;
  }

  void rare() {
    switch (pick(5)) {
      case 0:
        return share_memory();
      case 1:
        return keep(
            note("RtCreateThread", [&] { return RtCreateThread(nullptr, 0, short_thread, nullptr, 0, nullptr); }));
      case 2:
        return keep(note("RtOpenProcess", [&] { return RtOpenProcess(0, FALSE, static_cast<DWORD>(getpid())); }));
      case 3: {
        LARGE_INTEGER time{};
        note("RtGetClockTime", [&] { return RtGetClockTime(CLOCK_2, &time); });
        return;
      }
      default:
        return keep(note("RtCreateWaitableTimer", [&] { return RtCreateWaitableTimerA(nullptr, TRUE, nullptr); }));
    }
  }

  void share_memory() {
    void* address = nullptr;
    const std::string name = "memory" + std::to_string(pick(2));
    const HANDLE handle = note("RtCreateSharedMemory",
                               [&] { return RtCreateSharedMemoryA(PAGE_READWRITE, 0, 4096, name.c_str(), &address); });
    if (handle != nullptr) *static_cast<volatile char*>(address) = 1;
    keep(handle);
  }

  Shared& shared_;
  Activity& activity_;
  std::minstd_rand random_;
  HANDLE handles_[kHandles] = {};
};

struct Assignment {
  Shared* shared;
  Activity* activity;
  std::uint32_t seed;
};

void* run_caller(void* argument) {
  const Assignment& mine = *static_cast<Assignment*>(argument);
  Caller(*mine.shared, *mine.activity, mine.seed).run();
  return nullptr;
}

// One thread after another in the same place: each registers, works, and leaves.
void* run_callers(void* argument) {
  Assignment assignment = *static_cast<Assignment*>(argument);
  while (!assignment.shared->stop.load()) {
    ++assignment.seed;
    pthread_t thread;
    if (pthread_create(&thread, nullptr, run_caller, &assignment) != 0) return nullptr;
    pthread_join(thread, nullptr);
  }
  return nullptr;
}

}  // namespace

void work(Shared& shared, std::uint32_t worker, std::uint32_t seed) {
  report_faults();
  pthread_t threads[kThreads];
  Assignment assignments[kThreads];
  for (std::uint32_t i = 0; i < kThreads; ++i) {
    assignments[i] = {.shared = &shared, .activity = &shared.activity[worker][i], .seed = seed * 1000 + i * 300};
    pthread_create(&threads[i], nullptr, run_callers, &assignments[i]);
  }
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
}

}  // namespace rtss::test
