#include "priority/scheduler.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#endif

#include "platform/system_call.h"

namespace rtss::priority {

bool is_real_time(const Scheduling& scheduling) {
  return scheduling.policy == SCHED_FIFO || scheduling.policy == SCHED_RR;
}

bool is_deadline(const Scheduling& scheduling) { return scheduling.policy == SCHED_DEADLINE; }

bool same(const Scheduling& a, const Scheduling& b) {
  return a.policy == b.policy && a.priority == b.priority && (is_real_time(a) || a.nice == b.nice);
}

Scheduling fifo(int priority) {
  return {.size = sizeof(Scheduling),
          .policy = SCHED_FIFO,
          .flags = 0,
          .nice = 0,
          .priority = static_cast<std::uint32_t>(priority),
          .runtime = 0,
          .deadline = 0,
          .period = 0};
}

int read_scheduling(std::int32_t tid, Scheduling* out) noexcept {
  return rtss_system_call(SYS_sched_getattr, tid, out, static_cast<unsigned>(sizeof *out), 0U) == 0 ? 0 : errno;
}

int apply_scheduling(std::int32_t tid, const Scheduling& scheduling) noexcept {
  return rtss_system_call(SYS_sched_setattr, tid, &scheduling, 0U) == 0 ? 0 : errno;
}

}  // namespace rtss::priority
