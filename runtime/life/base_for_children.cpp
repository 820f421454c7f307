#include "runtime/life/base_for_children.h"

#include <pthread.h>

#include "runtime/segment/segment.h"
#include "runtime/sync/thread_boost.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

namespace {

thread_local constinit std::optional<priority::Scheduling> base_at_fork;

void before_fork() { base_at_fork = base_for_children(); }

void after_fork_in_child() {
  priority::Scheduling now{};
  if (!base_at_fork || priority::read_scheduling(0, &now) != 0) return;
  if (!same(now, *base_at_fork)) priority::apply_scheduling(0, *base_at_fork);
}

}  // namespace

std::optional<priority::Scheduling> base_for_children() {
  constexpr std::uint64_t kResetOnFork = 1;  // SCHED_FLAG_RESET_ON_FORK
  ThreadState& self = self_state;
  if (!is_registered(self) || self.in_library != 0) return std::nullopt;
  const InLibrary guard(self);
  priority::Scheduling base{};
  if (!base_scheduling(attachment.view, self, &base) || (base.flags & kResetOnFork) != 0) return std::nullopt;
  return base;
}

bool give_forked_children_their_base() {
  static const bool given = pthread_atfork(before_fork, nullptr, after_fork_in_child) == 0;
  return given;
}

}  // namespace rtss::runtime
