#include "tools/rtss/support/signals.h"

#include <unistd.h>

#include <cstdlib>

namespace rtss::tool {

namespace {

constexpr int kStops[] = {SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT};
constexpr int kHarmless[] = {SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU};

sigset_t deadly_signals() {
  sigset_t set;
  sigfillset(&set);
  for (const int signal : kHarmless) sigdelset(&set, signal);
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) sigdelset(&set, signal);
  }
  return set;
}

}  // namespace

SignalGate::SignalGate() : fatal_(deadly_signals()) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &standard, &child_before_);
  sigset_t blocked;
  sigfillset(&blocked);
  for (const int signal : kStops) sigdelset(&blocked, signal);
  pthread_sigmask(SIG_SETMASK, &blocked, &before_);
}

void SignalGate::close() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

void SignalGate::restore() const {
  sigaction(SIGCHLD, &child_before_, nullptr);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void SignalGate::die_of(int signal) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(signal, &standard, nullptr);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  raise(signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  _exit(128 + signal);
}

Interruption::Interruption(const SignalGate& gate)
    : gate_(gate), event_(RtCreateEventA(nullptr, TRUE, FALSE, nullptr)) {
  watching_ = event_ && pthread_create(&watcher_, nullptr, watch, this) == 0;
}

void* Interruption::watch(void* self) {
  auto* const that = static_cast<Interruption*>(self);
  int signal = -1;
  while (signal < 0) signal = sigwaitinfo(&that->gate_.fatal(), nullptr);  // continued after a stop: once more
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  that->signal_.store(signal);
  RtSetEvent(that->event());
  return nullptr;
}

int Interruption::end() {
  if (watching_) {
    pthread_cancel(watcher_);
    pthread_join(watcher_, nullptr);
    watching_ = false;
  }
  return signal_.load();
}

}  // namespace rtss::tool
