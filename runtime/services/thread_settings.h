// What can be set of, and asked about, threads of this process. Handles as in task_control.h: kCurrentThread is the
// caller. kAccessDenied: the thread has ended.
#pragma once

#include <cstdint>

#include "runtime/segment/types.h"
#include "runtime/services/task.h"

namespace rtss::runtime {

// Levels: 0..127. Set changes the base of the calling thread; get returns the base.
Status set_current_thread_level(int level);
Status get_current_thread_level(int* level);
Status set_thread_level(Handle thread, int level);
Status get_thread_level(Handle thread, int* level);

// 0: SCHED_FIFO. Otherwise SCHED_RR, whose slices are the machine's; the number is only kept.
Status set_thread_quantum(Handle thread, std::uint64_t microseconds);
Status get_thread_quantum(Handle thread, std::uint64_t* microseconds);

// Processors as bits. kInvalidParameter: none of them may be used.
Status set_thread_processors(Handle thread, std::uint64_t processors, std::uint64_t* previous);

struct ThreadTimes {
  std::uint64_t created_ns;  // since 1970
  std::uint64_t executed_ns;
};
Status query_thread_times(Handle thread, ThreadTimes* times);

// As query_task(), for a thread or the thread that stands for a process.
Status query_thread_end(Handle thread, TaskState* state);

}  // namespace rtss::runtime
