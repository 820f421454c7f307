// A child that never outlives the lock it runs under, and for whose life its parent stays.
#pragma once

#include <string>
#include <vector>

#include "priority/scheduler.h"
#include "tools/rtss/support/signals.h"

namespace rtss::tool {

struct ChildPlan {
  std::vector<std::string> command;
  std::vector<std::string> environment;  // "NAME=VALUE" to add; "NAME" to take away
  priority::Scheduling scheduling;       // the parent may be boosted at this moment: the child is not to be
};

// Runs it, forwards signals to it, and returns what to exit with when it has ended: its own code, 128 + N, or why it
// could not be run. The gate must be closed.
int run_child(const ChildPlan& plan, const SignalGate& gate);

// exec failed with this errno: says so; returns kNotFound or kCannotRun.
int exec_failed(const std::string& program, int error);

}  // namespace rtss::tool
