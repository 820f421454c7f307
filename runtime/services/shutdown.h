// Being told by SIGTERM or SIGINT that the process is to end: a routine is called once in a thread of its own. Then,
// and when it is released, the signals act as they did before.
#pragma once

#include <cstdint>

#include "runtime/segment/types.h"

namespace rtss::runtime {

struct ShutdownPlan {
  void (*routine)(void* context);
  void* context;
  std::size_t stack_bytes;
  int level;
};
Opened attach_shutdown_handler(const ShutdownPlan& plan);  // kInUse: there is one
Status release_shutdown_handler(Handle handle);            // kInvalidHandle: not its handle

}  // namespace rtss::runtime
