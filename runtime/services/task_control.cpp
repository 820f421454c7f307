#include "runtime/services/task_control.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "platform/futex.h"
#include "platform/process_identity.h"
#include "platform/thread_calls.h"
#include "runtime/life/thread_table.h"
#include "runtime/services/thread_start.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint32_t kEnd = 1U << 31;
constexpr std::uint32_t kSuspendMask = 0xff;

struct Orders {
  std::atomic<std::uint64_t> word;
  std::atomic<std::uint32_t> changes;    // what a parked thread sleeps on
  std::atomic<std::uint32_t> exit_code;  // for END
};
std::array<Orders, kMaxLimits.threads> all_orders;

constexpr std::uint64_t make_orders(Identity identity, std::uint32_t orders) {
  return (static_cast<std::uint64_t>(identity) << 32) | orders;
}
Orders& orders_of(Identity identity) { return all_orders[slot_of(identity)]; }

std::uint32_t read_orders(Identity identity) {
  const std::uint64_t word = orders_of(identity).word.load(std::memory_order_acquire);
  return word >> 32 == identity ? static_cast<std::uint32_t>(word) : 0;
}

bool has_ended(Identity identity) {
  const ThreadRecord* const record = attachment.view.thread(slot_of(identity));
  return record == nullptr || record->identity.load(std::memory_order_acquire) != identity;
}

// change(orders) returns the new orders, or refuses. A stale order for a slot's last tenant is replaced: who finds that
// the slot has another tenant than the one it means, after its look, loses the race for the word.
template <typename Change>
Status give_orders(Identity identity, std::uint32_t* previous, const Change& change) {
  std::atomic<std::uint64_t>& word = orders_of(identity).word;
  std::uint64_t seen = word.load(std::memory_order_acquire);
  for (;;) {
    if (has_ended(identity)) return Status::kAccessDenied;
    *previous = seen >> 32 == identity ? static_cast<std::uint32_t>(seen) : 0;
    std::uint32_t wanted = *previous;
    if (const Status status = change(&wanted); status != Status::kOk) return status;
    if (word.compare_exchange_weak(seen, make_orders(identity, wanted), std::memory_order_acq_rel)) return Status::kOk;
  }
}

void tell(const ThreadTarget& target) {
  Orders& orders = orders_of(target.identity);
  orders.changes.fetch_add(1, std::memory_order_acq_rel);
  platform::futex_wake(orders.changes, INT_MAX);
  platform::signal_thread(target.tid, RTSS_CONTROL_SIGNAL);
}

void on_control_signal(int /*signal*/) {
  const int error = errno;
  ThreadState& self = self_state;
  if (is_registered(self)) {
    if (self.in_library == 0 || self.asleep != 0)
      obey_orders(self);
    else
      self.has_orders = 1;
  }
  errno = error;
}

Status add_suspension(std::uint32_t* orders) {
  if ((*orders & kSuspendMask) == kMaxSuspendCount) return Status::kSuspendLimit;
  ++*orders;
  return Status::kOk;
}

}  // namespace

void obey_orders(ThreadState& self) noexcept {
  int cancel_type = PTHREAD_CANCEL_DEFERRED;
  pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &cancel_type);
  self.has_orders = 0;
  Orders& orders = orders_of(self.identity);
  for (;;) {
    const std::uint32_t changes = orders.changes.load(std::memory_order_acquire);
    const std::uint32_t order = read_orders(self.identity);
    if ((order & kEnd) != 0) end_this_thread(self, orders.exit_code.load(kRelaxed));
    if ((order & kSuspendMask) == 0) break;
    platform::futex_wait(orders.changes, changes, platform::Deadline::never());
  }
  pthread_setcanceltype(cancel_type, nullptr);
}

void end_this_thread(ThreadState& self, std::uint32_t exit_code) noexcept {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  thread_leaves(exit_code);
  if (is_registered(self)) {
    const InLibrary guard(self);
    self.asleep = 0;
    self.exit_code = exit_code;
    leave_thread(attachment.view, self);
  }
  if (platform::current_tid() == getpid()) leave_process_to_others();
  platform::exit_thread();
}

Status find_thread(ThreadState& self, Handle thread, ThreadTarget* target) {
  if (thread == kCurrentThread) {
    if (const Status status = enter(self); status != Status::kOk) return status;
    *target = {.identity = self.identity, .tid = self.record->tid.load(kRelaxed)};
    return Status::kOk;
  }
  if (attachment.process.load(std::memory_order_acquire) == 0) return Status::kInvalidHandle;
  if (const Status status = enter(self); status != Status::kOk) return status;
  const SegmentView& view = attachment.view;
  ObjectRef ref{};
  if (!resolve(view, self.process, thread, &ref) || kind_of(*ref.object) != Kind::kThread)
    return Status::kInvalidHandle;
  const ObjectInfo& info = view.infos[ref.slot];
  *target = {.identity = static_cast<Identity>(info.size.load(kRelaxed)),
             .tid = static_cast<std::int32_t>(info.file.load(kRelaxed))};
  const Word word = ref.object->word.load(std::memory_order_acquire);
  if (generation_of(word) != ref.generation) return Status::kInvalidHandle;
  if (event::is_set(word) || has_ended(target->identity)) return Status::kAccessDenied;
  // Never another process's thread, nor one of a tid that only damage wrote here.
  const ThreadRecord* const record = view.thread(slot_of(target->identity));
  const bool is_own = record->process.load(kRelaxed) == self.process && record->tid.load(kRelaxed) == target->tid;
  if (is_own) return Status::kOk;
  return has_ended(target->identity) ? Status::kAccessDenied : Status::kInvalidHandle;
}

Status suspend_thread(Handle thread, std::uint32_t* previous) {
  ThreadState& self = self_state;
  ThreadTarget target{};
  if (const Status status = find_thread(self, thread, &target); status != Status::kOk) return status;
  install_control_signal();
  if (const Status status = give_orders(target.identity, previous, add_suspension); status != Status::kOk)
    return status;
  *previous &= kSuspendMask;
  if (target.identity == self.identity)
    obey_orders(self);
  else
    tell(target);
  return Status::kOk;
}

Status resume_thread(Handle thread, std::uint32_t* previous) {
  ThreadTarget target{};
  *previous = 0;
  const Status status = find_thread(self_state, thread, &target);
  if (status == Status::kAccessDenied) return Status::kOk;
  if (status != Status::kOk) return status;
  const Status given = give_orders(target.identity, previous, [](std::uint32_t* orders) {
    if ((*orders & kSuspendMask) != 0) --*orders;
    return Status::kOk;
  });
  *previous &= kSuspendMask;
  if (given == Status::kOk && *previous == 1) {
    Orders& orders = orders_of(target.identity);
    orders.changes.fetch_add(1, std::memory_order_acq_rel);
    platform::futex_wake(orders.changes, INT_MAX);
  }
  return given == Status::kAccessDenied ? Status::kOk : given;
}

Status terminate_thread(Handle thread, std::uint32_t exit_code) {
  ThreadState& self = self_state;
  if (thread == kCurrentThread) end_this_thread(self, exit_code);
  ThreadTarget target{};
  const Status status = find_thread(self, thread, &target);
  if (status == Status::kAccessDenied) return Status::kOk;
  if (status != Status::kOk) return status;
  if (target.identity == self.identity) end_this_thread(self, exit_code);
  install_control_signal();
  orders_of(target.identity).exit_code.store(exit_code, kRelaxed);
  std::uint32_t previous = 0;
  const Status given = give_orders(target.identity, &previous, [](std::uint32_t* orders) {
    *orders |= kEnd;
    return Status::kOk;
  });
  if (given == Status::kOk) tell(target);
  return Status::kOk;
}

void install_control_signal() noexcept {
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_handler = on_control_signal;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    return sigaction(RTSS_CONTROL_SIGNAL, &action, nullptr) == 0;
  }();
  static_cast<void>(installed);
}

void admit_control_signal() noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, RTSS_CONTROL_SIGNAL);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void order_suspended(Identity identity) {
  std::uint32_t previous = 0;
  give_orders(identity, &previous, add_suspension);
}

}  // namespace rtss::runtime
