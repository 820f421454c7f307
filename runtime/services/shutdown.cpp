#include "runtime/services/shutdown.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string_view>

#include "platform/futex.h"
#include "platform/message.h"
#include "platform/pi_mutex.h"
#include "runtime/life/attach.h"
#include "runtime/services/close.h"
#include "runtime/services/task.h"
#include "runtime/services/thread_start.h"

namespace rtss::runtime {

namespace {

struct Cause {
  int signal;
  std::string_view name;
  int reason;  // 0: this signal is left alone
};
// What RTSS_SHUTDOWN=NAME=REASON,... changes.
using Causes = std::array<Cause, 6>;
constexpr Causes kUsualCauses = {{{SIGTERM, "TERM", 1},
                                  {SIGINT, "INT", 1},
                                  {SIGPWR, "PWR", 2},
                                  {SIGHUP, "HUP", 0},
                                  {SIGUSR1, "USR1", 0},
                                  {SIGUSR2, "USR2", 0}}};

bool read_causes(Causes* causes) {
  constexpr std::size_t kReasonLength = std::string_view("=1").size();
  const char* const variable = std::getenv("RTSS_SHUTDOWN");
  std::string_view rest = variable == nullptr ? "" : variable;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    const std::string_view name = word.substr(0, word.find('='));
    const std::string_view reason = word.substr(name.size());
    auto* const cause = std::find_if(causes->begin(), causes->end(), [&](const Cause& c) { return c.name == name; });
    if (cause == causes->end() || reason.size() != kReasonLength || reason[1] < '0' || reason[1] > '3') {
      platform::warn("RTSS_SHUTDOWN=%s cannot be understood", variable);
      return false;
    }
    cause->reason = reason[1] - '0';
  }
  return true;
}

// How far a listener is; what is not one of these is the reason it was given.
enum Stage : std::uint32_t { kWaiting, kReleased = UINT32_MAX };

// Never deleted: its thread and the signal handler may still look at it.
struct Listener {
  Listener* previous;
  ShutdownPlan plan;
  Handle handle;
  Identity process;
  std::atomic<std::uint32_t> stage{kWaiting};
  Causes causes = kUsualCauses;
  std::array<struct sigaction, kUsualCauses.size()> before{};
};

struct Shutdown {
  platform::PiMutex mutex;
  Listener* listener = nullptr;  // what the process has attached
  Listener* latest = nullptr;    // all there ever were
};

Shutdown& shutdown_state() {
  static Shutdown* const all = [] {
    static Shutdown* made = new Shutdown;
    pthread_atfork(nullptr, nullptr, [] { new (made) Shutdown; });
    return made;
  }();
  return *all;
}

std::atomic<Listener*> told_listener{nullptr};  // for the signal handler

void move_on(Listener& listener, std::uint32_t to) {
  std::uint32_t waiting = kWaiting;
  if (!listener.stage.compare_exchange_strong(waiting, to, std::memory_order_acq_rel)) return;
  platform::futex_wake(listener.stage, INT_MAX);
}

void restore_signals(const Listener& listener) {
  for (std::size_t i = 0; i < listener.causes.size(); ++i) {
    if (listener.causes[i].reason != 0) sigaction(listener.causes[i].signal, &listener.before[i], nullptr);
  }
}

void on_signal(int signal) {
  const int error = errno;
  if (Listener* const listener = told_listener.load(std::memory_order_acquire)) {
    restore_signals(*listener);
    for (const Cause& cause : listener->causes) {
      if (cause.signal == signal) move_on(*listener, static_cast<std::uint32_t>(cause.reason));
    }
  }
  errno = error;
}

std::uint32_t listen(void* argument) {
  Listener& listener = *static_cast<Listener*>(argument);
  while (listener.stage.load(std::memory_order_acquire) == kWaiting) {
    platform::futex_wait(listener.stage, kWaiting, platform::Deadline::never());
  }
  const std::uint32_t reason = listener.stage.load(std::memory_order_acquire);
  if (reason != kReleased) listener.plan.routine(listener.plan.context, static_cast<int>(reason));
  return 0;
}

void take_signals(Listener& listener) {
  told_listener.store(&listener, std::memory_order_release);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const Cause& cause : listener.causes) {
    if (cause.reason != 0) sigaddset(&action.sa_mask, cause.signal);
  }
  for (std::size_t i = 0; i < listener.causes.size(); ++i) {
    if (listener.causes[i].reason != 0) sigaction(listener.causes[i].signal, &action, &listener.before[i]);
  }
}

}  // namespace

Opened attach_shutdown_handler(const ShutdownPlan& plan) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  const std::lock_guard lock(shutdown_state().mutex);
  if (shutdown_state().listener != nullptr) return {Status::kInUse, kNoHandle};
  Causes causes = kUsualCauses;
  if (!read_causes(&causes)) return {Status::kInvalidParameter, kNoHandle};
  const Opened object = create_unsignaled(Kind::kShutdownHandler);
  if (object.status != Status::kOk) return object;
  auto* const listener = new (std::nothrow) Listener{.previous = shutdown_state().latest,
                                                     .plan = plan,
                                                     .handle = object.handle,
                                                     .process = self.process,
                                                     .causes = causes};
  StartedThread started{.status = Status::kNoMemory, .handle = kNoHandle, .tid = 0, .identity = 0};
  if (listener != nullptr) {
    started = start_thread({.routine = listen,
                            .argument = listener,
                            .stack_bytes = plan.stack_bytes,
                            .level = plan.level,
                            .wants_handle = false,
                            .helper = true});
  }
  if (started.status != Status::kOk) {
    delete listener;
    close(object.handle);
    return {started.status, kNoHandle};
  }
  shutdown_state().listener = listener;
  shutdown_state().latest = listener;
  take_signals(*listener);
  return object;
}

Status release_shutdown_handler(Handle handle) {
  ThreadState& self = self_state;
  if (attachment.process.load(std::memory_order_acquire) == 0) return Status::kInvalidHandle;
  if (const Status status = enter(self); status != Status::kOk) return status;
  const InLibrary guard(self);
  const std::lock_guard lock(shutdown_state().mutex);
  Listener* const listener = shutdown_state().listener;
  if (listener == nullptr || listener->handle != handle || listener->process != self.process)
    return Status::kInvalidHandle;
  shutdown_state().listener = nullptr;
  if (listener->stage.load(std::memory_order_acquire) == kWaiting) restore_signals(*listener);
  told_listener.store(nullptr, std::memory_order_release);
  move_on(*listener, kReleased);
  return close(handle);
}

}  // namespace rtss::runtime
