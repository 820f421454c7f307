// Signals of a command that holds a lock: none may end it while its child runs.
#pragma once

#include <pthread.h>
#include <rtapi.h>

#include <atomic>
#include <csignal>

#include "tools/rtss/support/objects.h"

namespace rtss::tool {

// Blocks every signal but those that stop and continue, for this thread and all it starts. SIGCHLD gets its default
// action: with it ignored no child could be awaited.
class SignalGate {
 public:
  SignalGate();
  // From here on the stop signals are blocked, too.
  static void close();
  // In a child, before exec: everything as this program found it.
  void restore() const;
  // Ends the program by this signal's default action.
  [[noreturn]] static void die_of(int signal);

  // The blocked signals that would have ended the program.
  [[nodiscard]] const sigset_t& fatal() const { return fatal_; }

 private:
  sigset_t before_{};
  sigset_t fatal_{};
  struct sigaction child_before_ {};
};

// While it lives, a fatal signal sets an event that a wait can include.
class Interruption {
 public:
  explicit Interruption(const SignalGate& gate);
  ~Interruption() { end(); }
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] HANDLE event() const { return event_.get(); }
  int end();  // the signal that came, 0: none

 private:
  static void* watch(void* self);

  const SignalGate& gate_;
  Handle event_;
  std::atomic<int> signal_ = 0;
  pthread_t watcher_{};
  bool watching_ = false;
};

}  // namespace rtss::tool
