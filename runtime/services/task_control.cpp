#include "runtime/services/task_control.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "platform/futex.h"
#include "platform/process_identity.h"
#include "platform/thread_calls.h"
#include "runtime/life/thread_table.h"
#include "runtime/services/close.h"
#include "runtime/services/host.h"
#include "runtime/services/thread_start.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint32_t kEnd = 1U << 31;
constexpr std::uint32_t kSuspendMask = 0xff;

struct Requests {
  std::atomic<std::uint64_t> word;
  std::atomic<std::uint32_t> changes;    // what a parked thread sleeps on
  std::atomic<std::uint32_t> exit_code;  // for END
};
std::array<Requests, kMaxLimits.threads> all_requests;

constexpr std::uint64_t make_requests(Identity identity, std::uint32_t requests) {
  return (static_cast<std::uint64_t>(identity) << 32) | requests;
}
Requests& requests_of(Identity identity) { return all_requests[slot_of(identity)]; }

std::uint32_t read_requests(Identity identity) {
  const std::uint64_t word = requests_of(identity).word.load(std::memory_order_acquire);
  return word >> 32 == identity ? static_cast<std::uint32_t>(word) : 0;
}

bool has_ended(Identity identity) {
  const ThreadRecord* const record = attachment.view.thread(slot_of(identity));
  return record == nullptr || record->identity.load(std::memory_order_acquire) != identity;
}

// change(requests) changes the requests, or refuses. A stale request for a slot's last occupant is replaced. A caller
// that looked before the slot changed its occupant loses the race for the word.
template <typename Change>
Status post(Identity identity, std::uint32_t* previous, const Change& change) {
  std::atomic<std::uint64_t>& word = requests_of(identity).word;
  std::uint64_t seen = word.load(std::memory_order_acquire);
  for (;;) {
    if (has_ended(identity)) return Status::kAccessDenied;
    *previous = seen >> 32 == identity ? static_cast<std::uint32_t>(seen) : 0;
    std::uint32_t wanted = *previous;
    if (const Status status = change(&wanted); status != Status::kOk) return status;
    if (word.compare_exchange_weak(seen, make_requests(identity, wanted), std::memory_order_acq_rel))
      return Status::kOk;
  }
}

void notify(const ThreadTarget& target) {
  Requests& requests = requests_of(target.identity);
  requests.changes.fetch_add(1, std::memory_order_acq_rel);
  platform::futex_wake(requests.changes, INT_MAX);
  platform::signal_thread(target.tid, RTSS_CONTROL_SIGNAL);
}

void on_control_signal(int /*signal*/) {
  const int error = errno;
  ThreadState& self = self_state;
  if (is_registered(self)) {
    if (self.in_library == 0 || self.asleep != 0)
      serve_requests(self);
    else
      self.pending = serve_requests;
  }
  errno = error;
}

Status add_suspension(std::uint32_t* requests) {
  if ((*requests & kSuspendMask) == kMaxSuspendCount) return Status::kSuspendLimit;
  ++*requests;
  return Status::kOk;
}

}  // namespace

void serve_requests(ThreadState& self) noexcept {
  int cancel_type = PTHREAD_CANCEL_DEFERRED;
  pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &cancel_type);
  self.pending = nullptr;
  Requests& requests = requests_of(self.identity);
  for (;;) {
    const std::uint32_t changes = requests.changes.load(std::memory_order_acquire);
    const std::uint32_t wanted = read_requests(self.identity);
    if ((wanted & kEnd) != 0) end_this_thread(self, requests.exit_code.load(kRelaxed));
    if ((wanted & kSuspendMask) == 0) break;
    platform::futex_wait(requests.changes, changes, platform::Deadline::never());
  }
  resend_host_signals();
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
  if (host() != nullptr) end_by_host(self);
  if (platform::current_tid() == getpid()) leave_process_to_others();
  platform::exit_thread();
}

Status find_thread(ThreadState& self, Handle thread, ThreadTarget* target) {
  if (thread == kCurrentThread) {
    if (const Status status = enter(self); status != Status::kOk) return status;
    *target = {.identity = self.identity, .tid = self.record->tid.load(kRelaxed)};
    return Status::kOk;
  }
  ObjectRef ref{};
  if (const Status status = find_handle(self, thread, Kind::kThread, &ref); status != Status::kOk) return status;
  const SegmentView& view = attachment.view;
  const ObjectInfo& info = view.infos[ref.slot];
  *target = {.identity = task_identity(info), .tid = static_cast<std::int32_t>(task_ids(info).load(kRelaxed))};
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
  if (const Status status = post(target.identity, previous, add_suspension); status != Status::kOk) return status;
  *previous &= kSuspendMask;
  if (target.identity == self.identity)
    serve_requests(self);
  else
    notify(target);
  return Status::kOk;
}

Status resume_thread(Handle thread, std::uint32_t* previous) {
  ThreadTarget target{};
  *previous = 0;
  const Status status = find_thread(self_state, thread, &target);
  if (status == Status::kAccessDenied) return Status::kOk;
  if (status != Status::kOk) return status;
  const Status given = post(target.identity, previous, [](std::uint32_t* requests) {
    if ((*requests & kSuspendMask) != 0) --*requests;
    return Status::kOk;
  });
  *previous &= kSuspendMask;
  if (given == Status::kOk && *previous == 1) {
    Requests& requests = requests_of(target.identity);
    requests.changes.fetch_add(1, std::memory_order_acq_rel);
    platform::futex_wake(requests.changes, INT_MAX);
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
  requests_of(target.identity).exit_code.store(exit_code, kRelaxed);
  std::uint32_t previous = 0;
  const Status given = post(target.identity, &previous, [](std::uint32_t* requests) {
    *requests |= kEnd;
    return Status::kOk;
  });
  if (given == Status::kOk) notify(target);
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

void request_suspension(Identity identity) {
  std::uint32_t previous = 0;
  post(identity, &previous, add_suspension);
}

}  // namespace rtss::runtime
