#include "runtime/services/timer.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <mutex>
#include <new>
#include <vector>

#include "platform/clock.h"
#include "platform/futex.h"
#include "platform/pi_mutex.h"
#include "runtime/life/attach.h"
#include "runtime/services/close.h"
#include "runtime/services/host.h"
#include "runtime/services/task.h"
#include "runtime/services/thread_start.h"

namespace rtss::runtime {

namespace {

using platform::Deadline;

struct Timer {
  TimerPlan plan;
  Handle handle = kNoHandle;
  Identity process = 0;  // a forked child inherits the list, but these are its parent's
  Identity thread = 0;
  int references = 1;  // its thread, and its deleter
  bool set = false;
  bool ended = false;
  std::uint64_t due_ns = 0;
  std::uint64_t period_ns = 0;
  std::uint64_t expiries = 0;
  std::uint64_t overruns = 0;
  std::atomic<std::uint32_t> changes{0};  // its thread sleeps on this
  std::atomic<std::uint32_t> calls{0};    // odd while the routine runs; the deleter sleeps on this
};

struct Table {
  platform::PiMutex mutex;  // protects every timer, too
  std::vector<Timer*> timers;
};

Table& table() {
  // Never destroyed: timers may be deleted by static destructors. A forked child may have inherited a held lock.
  static Table* const all = [] {
    static Table* made = new Table;
    pthread_atfork(nullptr, nullptr, [] { new (made) Table; });
    return made;
  }();
  return *all;
}

Timer* find(Handle handle) {
  const Identity process = attachment.process.load(std::memory_order_acquire);
  for (Timer* const timer : table().timers) {
    if (timer->handle == handle && timer->process == process) return timer;
  }
  return nullptr;
}

void tell(Timer& timer) {
  timer.changes.fetch_add(1, std::memory_order_acq_rel);
  platform::futex_wake(timer.changes, 1);
}

// One whose thread was ended by its routine is in the list until it is deleted.
void let_go(Timer* timer) {
  if (--timer->references == 0 && timer->ended) delete timer;
}

std::uint64_t remaining(const Timer& timer) {
  if (!timer.set) return 0;
  const std::uint64_t now = platform::monotonic_ns();
  return timer.due_ns > now ? timer.due_ns - now : 0;
}

// Counts this expiry and those that have fallen due since; sets the next.
void advance(Timer& timer, std::uint64_t now) {
  ++timer.expiries;
  if (timer.period_ns == 0) {
    timer.set = false;
    return;
  }
  const std::uint64_t missed = (now - timer.due_ns) / timer.period_ns;
  timer.overruns += missed;
  timer.due_ns += (missed + 1) * timer.period_ns;
}

// Until the timer expires; false when it has ended.
bool await_expiry(Timer& timer) {
  const InLibrary guard(self_state);
  std::unique_lock lock(table().mutex);
  while (!timer.ended) {
    const std::uint32_t changes = timer.changes.load(std::memory_order_acquire);
    const std::uint64_t now = platform::monotonic_ns();
    if (timer.set && now >= timer.due_ns) {
      advance(timer, now);
      timer.calls.fetch_add(1, std::memory_order_acq_rel);
      return true;
    }
    const Deadline until = timer.set ? Deadline::at(timer.due_ns) : Deadline::never();
    lock.unlock();
    platform::futex_wait(timer.changes, changes, until);
    lock.lock();
  }
  return false;
}

// The parts of a timer's thread that are done also when its routine ends the thread.
struct Call {
  Timer& timer;
  explicit Call(Timer& called) : timer(called) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    timer.calls.fetch_add(1, std::memory_order_acq_rel);
    platform::futex_wake(timer.calls, INT_MAX);
  }
};
struct Reference {
  Timer* timer;
  explicit Reference(Timer* held) : timer(held) {}
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;
  ~Reference() {
    const InLibrary guard(self_state);
    const std::lock_guard lock(table().mutex);
    let_go(timer);
  }
};

std::uint32_t timer_main(void* argument) {
  auto* const timer = static_cast<Timer*>(argument);
  const Reference reference(timer);
  while (await_expiry(*timer)) {
    const Call call(*timer);
    run_routine(timer->plan.routine, timer->plan.context);
  }
  return 0;
}

// operation(timer) under the lock.
template <typename Operation>
Status on_timer(Handle handle, const Operation& operation) {
  ThreadState& self = self_state;
  if (attachment.process.load(std::memory_order_acquire) == 0) return Status::kInvalidHandle;
  if (const Status status = enter(self); status != Status::kOk) return status;
  const InLibrary guard(self);
  const std::lock_guard lock(table().mutex);
  Timer* const timer = find(handle);
  if (timer == nullptr) return Status::kInvalidHandle;
  operation(*timer);
  return Status::kOk;
}

bool is_blocked(Identity thread) {
  const ThreadRecord* const record = attachment.view.thread(slot_of(thread));
  return record != nullptr && record->identity.load(std::memory_order_acquire) == thread &&
         park_state(record->park.load(std::memory_order_acquire)) == Park::kWaiting;
}

// The routine may use what its deleter is about to free.
void await_routine(const Timer& timer) {
  constexpr std::uint64_t kRoutineTimeoutNs = 100'000'000;
  constexpr std::uint64_t kLookNs = 1'000'000;
  if (self_state.identity == timer.thread) return;
  const std::uint64_t give_up = platform::monotonic_ns() + kRoutineTimeoutNs;
  const std::uint32_t calls = timer.calls.load(std::memory_order_acquire);
  while (calls % 2 != 0 && timer.calls.load(std::memory_order_acquire) == calls) {
    const std::uint64_t now = platform::monotonic_ns();
    if (now >= give_up || is_blocked(timer.thread)) return;
    platform::futex_wait(timer.calls, calls, Deadline::at(std::min(now + kLookNs, give_up)));
  }
}

// Under the lock: no call finds it any more, and its thread will end.
void withdraw(Timer& timer) {
  std::erase(table().timers, &timer);
  timer.ended = true;
  timer.set = false;
  tell(timer);
}

}  // namespace

Opened create_timer(const TimerPlan& plan) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  const Opened object = create_unsignaled(Kind::kTimer);
  if (object.status != Status::kOk) return object;
  auto* const timer = new (std::nothrow) Timer{.plan = plan, .handle = object.handle, .process = self.process};
  StartedThread started{.status = Status::kNoMemory, .handle = kNoHandle, .tid = 0, .identity = 0};
  if (timer != nullptr) {
    started = start_thread({.routine = timer_main,
                            .argument = timer,
                            .stack_bytes = plan.stack_bytes,
                            .level = plan.level,
                            .wants_handle = false,
                            .processors = plan.processors});
  }
  if (started.status != Status::kOk) {
    delete timer;
    close(object.handle);
    return {started.status, kNoHandle};
  }
  const std::lock_guard lock(table().mutex);
  timer->thread = started.identity;
  table().timers.push_back(timer);
  return object;
}

Status timer_tag(Handle timer, std::uint32_t* tag) {
  return on_timer(timer, [tag](const Timer& found) { *tag = found.plan.tag; });
}

Status set_timer(Handle timer, std::uint64_t due_ns, std::uint64_t period_ns) {
  return on_timer(timer, [=](Timer& found) {
    found.set = true;
    found.due_ns = due_ns;
    found.period_ns = period_ns;
    tell(found);
  });
}

Status cancel_timer(Handle timer, std::uint64_t* remaining_ns) {
  return on_timer(timer, [=](Timer& found) {
    *remaining_ns = remaining(found);
    found.set = false;
    tell(found);
  });
}

Status query_timer(Handle timer, std::uint64_t* remaining_ns) {
  return on_timer(timer, [=](const Timer& found) { *remaining_ns = remaining(found); });
}

Status query_timer_record(Handle timer, TimerRecord* record) {
  return on_timer(timer, [=](const Timer& found) {
    *record = {.set = found.set, .expiries = found.expiries, .overruns = found.overruns};
  });
}

Status delete_timer(Handle timer) {
  Timer* deleted = nullptr;
  const Status status = on_timer(timer, [&](Timer& found) {
    ++found.references;
    withdraw(found);
    deleted = &found;
  });
  if (status != Status::kOk) return status;
  const InLibrary guard(self_state);
  close(timer);
  await_routine(*deleted);
  const std::lock_guard lock(table().mutex);
  let_go(deleted);
  return Status::kOk;
}

void stop_all_timers() {
  if (attachment.process.load(std::memory_order_acquire) == 0 || enter(self_state) != Status::kOk) return;
  std::vector<Handle> handles;
  {
    const InLibrary guard(self_state);
    const std::lock_guard lock(table().mutex);
    for (const Timer* const timer : table().timers) handles.push_back(timer->handle);
  }
  for (const Handle handle : handles) delete_timer(handle);
}

}  // namespace rtss::runtime
