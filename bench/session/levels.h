// Levels as the calls know them, from the Linux priorities that the command line speaks of.
#pragma once

#include <sched.h>

#include "rtapi.h"

namespace rtss::bench {

inline constexpr int kHighestPriority = 98;

// The lowest level that has this SCHED_FIFO priority as its image.
inline int level_of(int linux_priority) {
  constexpr int kLevels = RT_PRIORITY_MAX - RT_PRIORITY_MIN;
  constexpr int kPriorities = kHighestPriority - 1;
  return ((linux_priority - 1) * kLevels + kPriorities - 1) / kPriorities;
}

// Of the calling thread; 0 under an ordinary policy.
inline int own_fifo_priority() {
  sched_param parameters{};
  if (sched_getscheduler(0) != SCHED_FIFO || sched_getparam(0, &parameters) != 0) return 0;
  return parameters.sched_priority;
}

}  // namespace rtss::bench
