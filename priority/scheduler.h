// The only calls that read or set a thread's Linux scheduling.
#pragma once

#include <cstdint>

namespace rtss::priority {

// The kernel's struct sched_attr, first version.
struct Scheduling {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime;
  std::uint64_t deadline;
  std::uint64_t period;
};
static_assert(sizeof(Scheduling) == 48);

bool is_real_time(const Scheduling& scheduling);  // SCHED_FIFO or SCHED_RR
bool is_deadline(const Scheduling& scheduling);   // SCHED_DEADLINE: never touched
bool same(const Scheduling& a, const Scheduling& b);
Scheduling fifo(int priority);

// tid 0 is the caller. Both return 0 or an errno value (ESRCH: gone; EPERM: refused).
int read_scheduling(std::int32_t tid, Scheduling* out) noexcept;
int apply_scheduling(std::int32_t tid, const Scheduling& scheduling) noexcept;

}  // namespace rtss::priority
