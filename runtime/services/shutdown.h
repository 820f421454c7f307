// Notification by a signal that the process is to end: a routine is called once in a thread of its own, with the reason
// that stands for the signal. Then, and when it is released, the signals act as they did before.
#pragma once

#include <cstdint>

#include "runtime/segment/types.h"

namespace rtss::runtime {

struct ShutdownPlan {
  void (*routine)(void* context, int reason);
  void* context;
  std::size_t stack_bytes;
  int level;
};
// kInUse: there is one; kInvalidParameter: RTSS_SHUTDOWN cannot be understood, which is said on standard error.
Opened attach_shutdown_handler(const ShutdownPlan& plan);
Status release_shutdown_handler(Handle handle);  // kInvalidHandle: not its handle

}  // namespace rtss::runtime
