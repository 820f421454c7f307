// The library at work for a moment, in a namespace of its own: is a death noticed, does a boost help? Everything real
// is done by children, which end by themselves and with this process; here it is only watched.
#include "tools/rtss/doctor/self_test.h"

#include <pthread.h>
#include <rtapi.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <thread>

#include "platform/clock.h"
#include "priority/level.h"
#include "runtime/inspect/inspect.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/doctor/try_fifo.h"

namespace rtss::tool {

namespace {

namespace inspect = runtime::inspect;

constexpr unsigned kLifeSeconds = 10;
constexpr int kLow = 10;
constexpr int kMiddle = 30;
constexpr int kHigh = 50;
constexpr const char* kMutex = "self-test";

// How a child ends.
enum Ending : int { kWell, kCallFailed, kNotNotified, kTimedOut, kRefused, kTooLate };

// For as long as it lives children are born into a namespace of their own, small and with default settings. Its file
// goes with it.
class PrivateNamespace {
 public:
  PrivateNamespace() : name_("doctor-" + std::to_string(getpid())) {}
  ~PrivateNamespace() {
    char path[runtime::kNamespacePathBytes];
    if (runtime::namespace_path(name_, path, sizeof path)) unlink(path);
  }
  PrivateNamespace(const PrivateNamespace&) = delete;
  PrivateNamespace& operator=(const PrivateNamespace&) = delete;

  void enter() const {  // in a child, before its first call
    setenv("RTSS_NAMESPACE", name_.c_str(), 1);
    setenv("RTSS_LIMITS", "processes=8,threads=16,objects=32,handles=32", 1);
    setenv("RTSS_REALTIME", "require", 1);
    for (const char* const variable : {"RTSS_INHERITANCE", "RTSS_WINDOW", "RTSS_NAMES"}) unsetenv(variable);
  }

  [[nodiscard]] std::optional<inspect::View> view() const {
    std::string error;
    return inspect::View::open(name_, &error);
  }

 private:
  std::string name_;
};

class Child {
 public:
  Child(const PrivateNamespace& name_space, const std::function<Ending()>& body) {
    std::cout.flush();
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ != 0) return;
    for (const int number : {SIGALRM, SIGINT, SIGTERM, SIGHUP}) std::signal(number, SIG_DFL);
    alarm(kLifeSeconds);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(kCallFailed);
    name_space.enter();
    _exit(body());
  }
  ~Child() { kill(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Ending wait() {
    int status = 0;
    if (pid_ <= 0) return kCallFailed;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? static_cast<Ending>(WEXITSTATUS(status)) : kTimedOut;
  }
  // Ended by itself, with how.
  std::optional<Ending> ended() {
    int status = 0;
    if (pid_ <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return WIFEXITED(status) ? static_cast<Ending>(WEXITSTATUS(status)) : kTimedOut;
  }

 private:
  pid_t pid_;
};

// Bounded; false when it does not come true.
bool await(const std::function<bool()>& holds) {
  constexpr int kLooks = 4000;
  for (int look = 0; look < kLooks; ++look) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

struct Seen {
  bool owned = false;
  std::size_t waiting = 0;
  std::int32_t owner_tid = 0;
};
Seen look_at(const PrivateNamespace& name_space) {
  const auto view = name_space.view();
  if (!view) return {};
  const auto mutex = view->object(kMutex);
  if (!mutex) return {};
  return {.owned = mutex->owner_tid != 0, .waiting = mutex->waiters.size(), .owner_tid = mutex->owner_tid};
}

std::string microseconds(std::uint64_t nanoseconds) { return std::to_string(nanoseconds / 1000) + " us"; }

// ---- abandonment --------------------------------------------------------------------------------------------------

Ending own_for_ever() {
  if (RtCreateMutexA(nullptr, TRUE, kMutex) == nullptr) return kCallFailed;
  for (;;) pause();
}

Ending wait_for_abandonment() {
  const HANDLE mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, kMutex);
  if (mutex == nullptr) return kCallFailed;
  switch (RtWaitForSingleObject(mutex, kLifeSeconds * 1000 / 2)) {
    case WAIT_ABANDONED:
      return kWell;
    case WAIT_OBJECT_0:
      return kNotNotified;
    default:
      return kTimedOut;
  }
}

constexpr const char* kAbandonment = "abandonment";

Finding not_run(const char* check, const std::string& why) {
  return {check, Severity::kFailure, "the self-test could not run: " + why,
          "see what the library said on standard error, and the other failures"};
}

Finding test_abandonment() {
  const PrivateNamespace name_space;
  Child owner(name_space, own_for_ever);
  if (!await([&] { return look_at(name_space).owned || owner.ended(); }) || !look_at(name_space).owned) {
    return not_run(kAbandonment, "a mutex could not be created");
  }
  Child waiter(name_space, wait_for_abandonment);
  if (!await([&] { return look_at(name_space).waiting == 1; })) return not_run(kAbandonment, "no waiter came");
  const std::uint64_t killed = platform::monotonic_ns();
  owner.kill();
  const Ending ending = waiter.wait();
  const std::uint64_t took = platform::monotonic_ns() - killed;
  if (ending == kWell) {
    return {kAbandonment, Severity::kOk, "an owner was killed, its waiter notified within " + microseconds(took), {}};
  }
  return {kAbandonment, Severity::kFailure,
          ending == kNotNotified ? "an owner was killed, and its waiter got the mutex without notice"
                                 : "an owner was killed, and its waiter never got the mutex",
          "robust futexes do not work here: report this with the kernel's version"};
}

// ---- boost --------------------------------------------------------------------------------------------------------

struct Shared {
  std::atomic<bool> spinner_gave_up;
  std::atomic<bool> rescued;
  std::atomic<std::uint64_t> began_ns;
  std::atomic<std::uint64_t> rescued_ns;
};

class SharedPage {
 public:
  SharedPage()
      : page_(mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)) {
  }
  ~SharedPage() {
    if (page_ != MAP_FAILED) munmap(page_, sizeof(Shared));
  }
  SharedPage(const SharedPage&) = delete;
  SharedPage& operator=(const SharedPage&) = delete;
  [[nodiscard]] Shared* get() const { return page_ == MAP_FAILED ? nullptr : static_cast<Shared*>(page_); }

 private:
  void* page_;
};

int first_allowed_cpu() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) return cpu;
  }
  return 0;
}

void pin_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  sched_setaffinity(0, sizeof set, &set);
}

bool take_level(int level) { return RtSetThreadPriority(RtGetCurrentThread(), level) != FALSE; }

// Owns the mutex, waits for the go, and needs 5 ms of a processor to end.
Ending hold_it(int go) {
  if (!take_level(kLow)) return kRefused;
  const HANDLE mutex = RtCreateMutexA(nullptr, TRUE, kMutex);
  char byte = 0;
  if (mutex == nullptr || read(go, &byte, 1) != 1) return kCallFailed;
  const auto used_ns = [] {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(used.tv_nsec);
  };
  constexpr std::uint64_t kWorkNs = 5'000'000;
  const std::uint64_t until = used_ns() + kWorkNs;
  while (used_ns() < until) {
  }
  return RtReleaseMutex(mutex) != FALSE ? kWell : kCallFailed;
}

Ending need_it(Shared& shared) {
  if (!take_level(kHigh)) return kRefused;
  const HANDLE mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, kMutex);
  if (mutex == nullptr) return kCallFailed;
  if (RtWaitForSingleObject(mutex, kLifeSeconds * 1000 / 2) != WAIT_OBJECT_0) return kTimedOut;
  shared.rescued_ns = platform::monotonic_ns();
  shared.rescued = true;
  return shared.spinner_gave_up ? kTooLate : kWell;
}

// Keeps the processor until the high thread is served, 0.3 s at most.
Ending stand_between(Shared& shared, int go) {
  constexpr std::uint64_t kMostNs = 300'000'000;
  sched_param parameters{};
  parameters.sched_priority = priority::linux_priority({}, kMiddle);
  if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) != 0) return kRefused;
  shared.began_ns = platform::monotonic_ns();
  const std::uint64_t until = shared.began_ns + kMostNs;
  if (write(go, "g", 1) != 1) return kCallFailed;
  while (!shared.rescued && platform::monotonic_ns() < until) {
  }
  if (!shared.rescued) shared.spinner_gave_up = true;
  return kWell;
}

constexpr const char* kBoost = "boost";

Finding judge_boost(Ending ending, int owner_priority, const Shared& shared) {
  const int wanted = priority::linux_priority({}, kHigh);
  if (ending == kWell && owner_priority >= wanted) {
    return {kBoost,
            Severity::kOk,
            "an owner of level " + std::to_string(kLow) + " got past a spinner of level " + std::to_string(kMiddle) +
                " for a waiter of level " + std::to_string(kHigh) + " within " +
                microseconds(shared.rescued_ns - shared.began_ns) + " (5000 us of them its own work)",
            {}};
  }
  return {kBoost, Severity::kFailure,
          owner_priority < wanted ? "an owner was not given its waiter's priority (SCHED_FIFO " +
                                        std::to_string(owner_priority) + " instead of " + std::to_string(wanted) + ")"
                                  : "a boosted owner did not get past a spinner of middle level",
          "see rtprio and rt-group-budget above; if they are well, report this with the kernel's version"};
}

Finding run_boost(Shared& shared, const int (&go)[2]) {
  const PrivateNamespace name_space;
  const int cpu = first_allowed_cpu();
  const auto pinned = [cpu](auto body) {
    return [cpu, body] {
      pin_to(cpu);
      return body();
    };
  };
  Child owner(name_space, pinned([&] { return hold_it(go[0]); }));
  if (!await([&] { return look_at(name_space).owned || owner.ended(); }) || !look_at(name_space).owned) {
    return not_run(kBoost, "a mutex could not be created");
  }
  Child high(name_space, pinned([&] { return need_it(shared); }));
  if (!await([&] { return look_at(name_space).waiting == 1; })) return not_run(kBoost, "no waiter came");
  // The waiter tells the kernel just after it has queued.
  sched_param parameters{};
  await([&] {
    sched_getparam(look_at(name_space).owner_tid, &parameters);
    return parameters.sched_priority >= priority::linux_priority({}, kHigh);
  });
  Child middle(name_space, pinned([&] { return stand_between(shared, go[1]); }));
  return judge_boost(high.wait(), parameters.sched_priority, shared);
}

Finding test_boost() {
  if (try_fifo(priority::linux_priority({}, kHigh)) != 0) {
    return {kBoost, Severity::kSkipped, "no real-time privilege to try it with: see rtprio", {}};
  }
  const SharedPage page;
  int go[2] = {-1, -1};
  if (page.get() == nullptr || pipe(go) != 0) return not_run(kBoost, "no memory or pipe");
  const Finding finding = run_boost(*page.get(), go);
  close(go[0]);
  close(go[1]);
  return finding;
}

}  // namespace

void check_live(Findings& findings) {
  findings.push_back(test_abandonment());
  findings.push_back(test_boost());
}

}  // namespace rtss::tool
