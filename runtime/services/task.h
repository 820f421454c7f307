// Handles to threads and processes, and what they tell.
#pragma once

#include "runtime/names/task_object.h"

namespace rtss::runtime {

// Threads and processes as objects that are signaled at their end.
Opened open_current_thread();            // a handle to the calling thread
Opened open_process(std::int32_t pid);   // attached to this namespace; kNotFound otherwise
void set_exit_code(std::uint32_t code);  // what the calling thread's object will report when it ends
struct TaskState {
  bool is_thread;  // else a process
  bool ended;
  std::uint32_t exit_code;  // kExitCodeStillActive until it has ended; 1 if it was killed
  std::int32_t pid;
  std::int32_t tid;  // 0 for a process
};
Status query_task(Handle handle, TaskState* state);
Opened create_unsignaled(Kind kind);  // a timer or a shutdown handler: waitable, never signaled

}  // namespace rtss::runtime
