// Counts the system calls of a body of code exactly, by tracing the process that runs it: also those that the C
// library makes inside a lock, which no interposed function sees.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace rtss::bench {

struct SystemCalls {
  int futex_wait = 0;                 // any form of FUTEX_WAIT
  int futex_wake = 0;                 // any form of FUTEX_WAKE, but for those of all waiters
  int futex_wake_all = 0;             // the doorbell of a helper thread; the number of waiters is INT_MAX
  std::map<std::string, int> others;  // by name where it matters here, else by number; other futex operations too
  [[nodiscard]] int total() const;
  [[nodiscard]] std::string describe() const;
};

// To be called inside a traced body, by each thread for itself.
void begin_counting();
void begin_counting_once_a_peer_sleeps();  // holds the caller until another counting thread is in a futex wait
void end_counting();

// Runs body in a child process, follows its threads and children, and adds up their calls between begin and end.
// Of the threads that count only one runs at a time, until it enters a futex wait, as real-time threads of one
// priority do on one CPU: without that a traced thread would be overtaken by the one it has just woken. Threads that do
// not count, such as a helper thread, go first.
// Nothing when tracing is not permitted here; *failure is set when the body did not end well.
std::optional<SystemCalls> count_system_calls(const std::function<void()>& body, std::string* failure);

}  // namespace rtss::bench
