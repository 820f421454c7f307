// Processes that this process starts, and what can be done to processes of the namespace.
//
// A child has an object of its own from the start, whether or not it ever attaches. A helper thread waits for its end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/segment/types.h"

namespace rtss::runtime {

struct ChildPlan {
  std::string program;                 // a path, or a name to be looked for
  std::vector<std::string> arguments;  // argv, at least one
  bool inherits_environment = true;
  std::vector<std::string> environment;  // "A=B", if not inherited
  std::string directory;                 // empty: as here
  bool suspended = false;
};
struct StartedChild {
  Status status;  // kNotFound, kAccessDenied, kNotExecutable, kNoMemory
  Handle process;
  Handle thread;  // another handle to the same object
  std::int32_t pid;
};
StartedChild start_child(const ChildPlan& plan);

// kNotFound: not a process of this namespace, and not a child.
Opened open_process_or_child(std::int32_t pid);

// kAccessDenied: it has ended, or the kernel refuses.
Status kill_process(Handle process, std::uint32_t exit_code);
Status resume_child(Handle process, std::uint32_t* previous);  // kInvalidHandle: not a process

// own: the caller's, whatever the handle.
Status get_process_processors(Handle process, bool own, std::uint64_t* processors);
Status set_process_processors(Handle process, bool own, std::uint64_t processors);

// The process ends: stops its timers, then as exit().
[[noreturn]] void exit_process(std::uint32_t exit_code);
// As _exit().
[[noreturn]] void end_process(std::uint32_t exit_code);

}  // namespace rtss::runtime
