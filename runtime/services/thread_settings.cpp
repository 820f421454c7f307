#include "runtime/services/thread_settings.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "platform/clock.h"
#include "platform/process_identity.h"
#include "platform/processors.h"
#include "priority/inheritance.h"
#include "priority/scheduler.h"
#include "runtime/services/task_control.h"
#include "runtime/sync/set_level.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

// The time quantum of each thread slot's occupant, in this process.
struct Quantum {
  std::atomic<Identity> identity;
  std::atomic<std::uint64_t> microseconds;
};
std::array<Quantum, kMaxLimits.threads> quanta;

std::uint64_t quantum_of(Identity identity) {
  const Quantum& quantum = quanta[slot_of(identity)];
  return quantum.identity.load(std::memory_order_acquire) == identity ? quantum.microseconds.load(kRelaxed) : 0;
}

Status status_of(int error) {
  switch (error) {
    case 0:
      return Status::kOk;
    case EPERM:
      return Status::kPrivilegeNotHeld;
    case EINVAL:
      return Status::kInvalidParameter;
    default:
      return Status::kAccessDenied;
  }
}

// The kernel's policy, if the thread runs under a real-time one.
Status apply_quantum(std::int32_t tid, std::uint64_t microseconds) {
  priority::Scheduling now{};
  if (const int error = priority::read_scheduling(tid, &now); error != 0) return status_of(error);
  const auto wanted = static_cast<std::uint32_t>(microseconds == 0 ? SCHED_FIFO : SCHED_RR);
  if (!priority::is_real_time(now) || now.policy == wanted) return Status::kOk;
  now.policy = wanted;
  return status_of(priority::apply_scheduling(tid, now));
}

}  // namespace

Status set_thread_level(Handle thread, int level) {
  if (level < priority::kLevelMin || level > priority::kLevelMax) return Status::kInvalidParameter;
  ThreadState& self = self_state;
  ThreadTarget target{};
  if (const Status status = find_thread(self, thread, &target); status != Status::kOk) return status;
  const InLibrary guard(self);
  const Status status = set_level(attachment.view, self, target.identity, level);
  const std::uint64_t quantum = quantum_of(target.identity);
  if (status == Status::kOk && quantum != 0) apply_quantum(target.tid, quantum);
  return status == Status::kInvalidHandle ? Status::kAccessDenied : status;
}

Status get_thread_level(Handle thread, int* level) {
  ThreadState& self = self_state;
  ThreadTarget target{};
  if (const Status status = find_thread(self, thread, &target); status != Status::kOk) return status;
  if (target.identity == self.identity) return get_current_thread_level(level);
  const ThreadRecord* const record = attachment.view.thread(slot_of(target.identity));
  if (record == nullptr) return Status::kCorrupt;
  const bool lowering = record->boost.lowering.load(kRelaxed) != 0;
  const priority::Key key = lowering ? record->boost.lowered_base.load(kRelaxed) : priority::base_key(record->boost);
  if (record->identity.load(std::memory_order_acquire) != target.identity) return Status::kAccessDenied;
  *level = std::max(priority::level_of_key(key), priority::kLevelMin);
  return Status::kOk;
}

Status set_thread_quantum(Handle thread, std::uint64_t microseconds) {
  ThreadState& self = self_state;
  ThreadTarget target{};
  if (const Status status = find_thread(self, thread, &target); status != Status::kOk) return status;
  if (const Status status = apply_quantum(target.tid, microseconds); status != Status::kOk) return status;
  Quantum& quantum = quanta[slot_of(target.identity)];
  quantum.identity.store(0, std::memory_order_release);
  quantum.microseconds.store(microseconds, kRelaxed);
  quantum.identity.store(target.identity, std::memory_order_release);
  return Status::kOk;
}

Status get_thread_quantum(Handle thread, std::uint64_t* microseconds) {
  ThreadTarget target{};
  if (const Status status = find_thread(self_state, thread, &target); status != Status::kOk) return status;
  *microseconds = quantum_of(target.identity);
  return Status::kOk;
}

Status set_thread_processors(Handle thread, std::uint64_t processors, std::uint64_t* previous) {
  ThreadTarget target{};
  if (const Status status = find_thread(self_state, thread, &target); status != Status::kOk) return status;
  if (!platform::read_processors(target.tid, previous)) return Status::kAccessDenied;
  return status_of(platform::write_processors(target.tid, processors));
}

Status query_thread_times(Handle thread, ThreadTimes* times) {
  ThreadTarget target{};
  if (const Status status = find_thread(self_state, thread, &target); status != Status::kOk) return status;
  const std::uint64_t start = platform::start_time(getpid(), target.tid);
  if (start == 0) return Status::kAccessDenied;
  constexpr unsigned kSchedulerClock = 2;  // of one thread, in the kernel's encoding of a clock
  constexpr unsigned kOneThread = 4;
  const auto clock = static_cast<clockid_t>((~static_cast<unsigned>(target.tid) << 3) | kOneThread | kSchedulerClock);
  timespec executed{};
  if (clock_gettime(clock, &executed) != 0) return Status::kAccessDenied;
  timespec now{};
  timespec since_boot{};
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  const auto to_ns = [](const timespec& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * kNsPerSecond + static_cast<std::uint64_t>(time.tv_nsec);
  };
  const std::uint64_t started = start * (kNsPerSecond / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)));
  *times = {.created_ns = to_ns(now) - to_ns(since_boot) + started, .executed_ns = to_ns(executed)};
  return Status::kOk;
}

Status query_thread_end(Handle thread, TaskState* state) {
  if (thread != kCurrentThread) return query_task(thread, state);
  *state = {.is_thread = true,
            .ended = false,
            .exit_code = kExitCodeStillActive,
            .pid = getpid(),
            .tid = platform::current_tid()};
  return Status::kOk;
}

Status set_current_thread_level(int level) {
  if (level < priority::kLevelMin || level > priority::kLevelMax) return Status::kInvalidParameter;
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return status;
  const InOperation guard(self);
  return set_level(attachment.view, self, self.identity, level);
}

Status get_current_thread_level(int* level) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return status;
  const InOperation guard(self);
  *level = own_level(attachment.view, self);
  return Status::kOk;
}

}  // namespace rtss::runtime
