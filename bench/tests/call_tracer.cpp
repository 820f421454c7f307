#include "bench/tests/call_tracer.h"

#include <linux/futex.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstring>
#include <numeric>

#include "bench/support/realtime.h"

namespace rtss::bench {
namespace {

constexpr std::chrono::seconds kLongestBody{60};
constexpr long kMarkerCall = 0x7000;  // no system call has this number: the kernel refuses it, the tracer sees it
constexpr int kNotPermitted = 77;
enum Marker : long { kBegin, kBeginOnceAPeerSleeps, kEnd };

std::string name_of(std::uint64_t number, std::uint64_t futex_operation) {
  switch (number) {
    case SYS_futex:
      return "futex operation " + std::to_string(futex_operation);
    case SYS_sched_getattr:
      return "sched_getattr";
    case SYS_sched_getscheduler:
      return "sched_getscheduler";
    case SYS_sched_getparam:
      return "sched_getparam";
    default:
      return "system call " + std::to_string(number);
  }
}

bool is_futex_wait(const __ptrace_syscall_info& info) {
  const auto operation = info.entry.args[1] & static_cast<std::uint64_t>(FUTEX_CMD_MASK);
  return info.entry.nr == SYS_futex && (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET);
}

class Tracer {
 public:
  explicit Tracer(pid_t child) : child_(child) {}

  // Follows the child to its end; its wait status.
  int follow() {
    while (true) {
      int status = 0;
      const pid_t tid = next_stop(&status);
      if (tid < 0 && errno == EINTR) continue;
      if (tid < 0) return -1;
      if (WIFSTOPPED(status)) {
        on_stop(tid, status);
        continue;
      }
      forget(tid);
      if (tid == child_) return status;
    }
  }
  [[nodiscard]] const SystemCalls& calls() const { return calls_; }

 private:
  struct Thread {
    bool counting = false;
    bool asleep = false;  // last seen entering a futex wait
    bool waits_for_sleeper = false;
    bool held = false;  // stopped until the running thread goes to sleep
    bool seen = false;
  };

  // Threads that do not count come first: helper threads are of higher priority than the user's.
  pid_t next_stop(int* status) const {
    for (const auto& [tid, thread] : threads_) {
      if (!thread.counting && waitpid(tid, status, __WALL | WNOHANG) == tid) return tid;
    }
    return waitpid(-1, status, __WALL);
  }

  void on_stop(pid_t tid, int status) {
    Thread& thread = threads_[tid];
    const int signal_number = WSTOPSIG(status);
    if (signal_number == (SIGTRAP | 0x80)) {
      on_system_call(tid, thread);
      return;
    }
    const bool first_stop = !thread.seen && signal_number == SIGSTOP;
    thread.seen = true;
    const bool deliver = (status >> 16) == 0 && signal_number != SIGTRAP && !first_stop;
    resume(tid, deliver ? signal_number : 0);
  }

  void on_system_call(pid_t tid, Thread& thread) {
    thread.seen = true;
    __ptrace_syscall_info info{};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      on_entry(tid, thread, info);
    } else {
      thread.asleep = false;
    }
    if (!thread.counting || may_run(tid, thread)) {
      run(tid, thread);
    } else {
      thread.held = true;
    }
    pick_next();
  }

  void on_entry(pid_t tid, Thread& thread, const __ptrace_syscall_info& info) {
    if (info.entry.nr == kMarkerCall) {
      thread.counting = info.entry.args[0] != kEnd;
      thread.waits_for_sleeper = info.entry.args[0] == kBeginOnceAPeerSleeps;
      if (!thread.counting && runner_ == tid) runner_ = 0;
      return;
    }
    if (!thread.counting) return;
    count(info);
    thread.asleep = is_futex_wait(info);
  }

  void count(const __ptrace_syscall_info& info) {
    const auto operation = info.entry.args[1] & static_cast<std::uint64_t>(FUTEX_CMD_MASK);
    const bool wake = operation == FUTEX_WAKE || operation == FUTEX_WAKE_BITSET;
    if (is_futex_wait(info)) {
      ++calls_.futex_wait;
    } else if (info.entry.nr == SYS_futex && wake) {
      ++(info.entry.args[2] == INT_MAX ? calls_.futex_wake_all : calls_.futex_wake);
    } else {
      ++calls_.others[name_of(info.entry.nr, operation)];
    }
  }

  [[nodiscard]] bool may_run(pid_t tid, const Thread& thread) const {
    if (runner_ != 0 && runner_ != tid) return false;
    if (!thread.waits_for_sleeper) return true;
    return std::ranges::any_of(threads_,
                               [](const auto& other) { return other.second.counting && other.second.asleep; });
  }

  void run(pid_t tid, Thread& thread) {
    thread.held = false;
    thread.waits_for_sleeper = false;
    if (thread.counting) runner_ = thread.asleep ? 0 : tid;
    resume(tid, 0);
  }

  void pick_next() {
    for (auto& [tid, thread] : threads_) {
      if (thread.held && may_run(tid, thread)) run(tid, thread);
    }
  }

  void forget(pid_t tid) {
    threads_.erase(tid);
    if (runner_ == tid) runner_ = 0;
    pick_next();
  }

  static void resume(pid_t tid, int signal_number) { ptrace(PTRACE_SYSCALL, tid, nullptr, signal_number); }

  pid_t child_;
  pid_t runner_ = 0;
  std::map<pid_t, Thread> threads_;
  SystemCalls calls_;
};

[[noreturn]] void run_traced(const std::function<void()>& body) {
  bound_lifetime(kLongestBody);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(kNotPermitted);
  raise(SIGSTOP);
  body();
  _exit(0);
}

}  // namespace

int SystemCalls::total() const {
  return std::accumulate(others.begin(), others.end(), futex_wait + futex_wake + futex_wake_all,
                         [](int sum, const auto& other) { return sum + other.second; });
}

std::string SystemCalls::describe() const {
  std::string text = std::to_string(futex_wait) + " waits, " + std::to_string(futex_wake) + " wakes, " +
                     std::to_string(futex_wake_all) + " wakes of all";
  for (const auto& [name, count] : others) text += ", " + std::to_string(count) + " x " + name;
  return text;
}

void begin_counting() { syscall(kMarkerCall, kBegin); }
void begin_counting_once_a_peer_sleeps() { syscall(kMarkerCall, kBeginOnceAPeerSleeps); }
void end_counting() { syscall(kMarkerCall, kEnd); }

std::optional<SystemCalls> count_system_calls(const std::function<void()>& body, std::string* failure) {
  const pid_t child = fork();
  if (child == 0) run_traced(body);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotPermitted) return std::nullopt;
  constexpr long kOptions =
      PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  ptrace(PTRACE_SETOPTIONS, child, nullptr, kOptions);
  ptrace(PTRACE_SYSCALL, child, nullptr, 0);
  Tracer tracer(child);
  const int ended = tracer.follow();
  if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0) *failure = "the traced process did not end well";
  return tracer.calls();
}

}  // namespace rtss::bench
