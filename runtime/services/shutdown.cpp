#include "runtime/services/shutdown.h"

#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <mutex>
#include <new>

#include "platform/futex.h"
#include "platform/pi_mutex.h"
#include "runtime/life/attach.h"
#include "runtime/services/close.h"
#include "runtime/services/task.h"
#include "runtime/services/thread_start.h"

namespace rtss::runtime {

namespace {

constexpr std::array<int, 2> kSignals = {SIGTERM, SIGINT};

enum Stage : std::uint32_t { kWaiting, kTold, kReleased };

// Never deleted: its thread and the signal handler may still look at it.
struct Listener {
  Listener* previous;
  ShutdownPlan plan;
  Handle handle;
  Identity process;
  std::atomic<std::uint32_t> stage{kWaiting};
  std::array<struct sigaction, kSignals.size()> before{};
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

void move_on(Listener& listener, Stage to) {
  std::uint32_t waiting = kWaiting;
  if (!listener.stage.compare_exchange_strong(waiting, to, std::memory_order_acq_rel)) return;
  platform::futex_wake(listener.stage, INT_MAX);
}

void restore_signals(const Listener& listener) {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &listener.before[i], nullptr);
}

void on_signal(int /*signal*/) {
  const int error = errno;
  if (Listener* const listener = told_listener.load(std::memory_order_acquire)) {
    restore_signals(*listener);
    move_on(*listener, kTold);
  }
  errno = error;
}

std::uint32_t listen(void* argument) {
  Listener& listener = *static_cast<Listener*>(argument);
  while (listener.stage.load(std::memory_order_acquire) == kWaiting) {
    platform::futex_wait(listener.stage, kWaiting, platform::Deadline::never());
  }
  if (listener.stage.load(std::memory_order_acquire) == kTold) listener.plan.routine(listener.plan.context);
  return 0;
}

void take_signals(Listener& listener) {
  told_listener.store(&listener, std::memory_order_release);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) sigaddset(&action.sa_mask, signal);
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &listener.before[i]);
}

}  // namespace

Opened attach_shutdown_handler(const ShutdownPlan& plan) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  const std::lock_guard lock(shutdown_state().mutex);
  if (shutdown_state().listener != nullptr) return {Status::kInUse, kNoHandle};
  const Opened object = create_timer_object();  // a handle that waits for nothing
  if (object.status != Status::kOk) return object;
  auto* const listener = new (std::nothrow)
      Listener{.previous = shutdown_state().latest, .plan = plan, .handle = object.handle, .process = self.process};
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
