#include "runtime/services/host.h"

#include <pthread.h>
#include <signal.h>

#include <array>

#include "platform/process_identity.h"
#include "platform/thread_calls.h"
#include "runtime/life/thread_table.h"
#include "runtime/services/task_control.h"

namespace rtss::runtime {

namespace {

Host the_host;
const Host* present = nullptr;

enum SignalIndex : std::uint8_t { kStop, kEnd, kSignals };

std::array<int, kSignals> numbers;
std::array<struct sigaction, kSignals> handlers;  // the host's
// Came inside a slow path. One mark a signal: the host sends none anew before the last has acted.
thread_local constinit volatile bool postponed[kSignals] __attribute__((tls_model("initial-exec"))) = {};

void on_host_signal(int signal, siginfo_t* info, void* context) {
  ThreadState& self = self_state;
  const SignalIndex index = signal == numbers[kEnd] ? kEnd : kStop;
  if (self.in_library != 0 && self.asleep == 0) {
    postponed[index] = true;
    self.pending = serve_requests;
    return;
  }
  if (index == kEnd && is_registered(self)) {
    const InLibrary guard(self);
    self.asleep = 0;
    leave_thread(attachment.view, self);
  }
  handlers[index].sa_sigaction(signal, info, context);
}

}  // namespace

void set_host(const Host& host) {
  the_host = host;
  present = &the_host;
  numbers = {host.stop_signal, host.end_signal};
  for (std::size_t i = 0; i < kSignals; ++i) {
    sigaction(numbers[i], nullptr, &handlers[i]);
    struct sigaction action = handlers[i];
    if ((action.sa_flags & SA_SIGINFO) == 0) continue;  // not the host's
    action.sa_sigaction = on_host_signal;
    sigaction(numbers[i], &action, nullptr);
  }
}

const Host* host() { return present; }

void resend_host_signals() noexcept {
  for (std::size_t i = 0; i < kSignals; ++i) {
    if (!postponed[i]) continue;
    postponed[i] = false;
    platform::signal_thread(platform::current_tid(), numbers[i]);
  }
}

void end_by_host(ThreadState& self) noexcept {
  self.in_library = 0;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, the_host.end_signal);
  platform::signal_thread(platform::current_tid(), the_host.end_signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace rtss::runtime
