// Finding and starting a program.
#pragma once

#include <sys/types.h>

#include <string>

#include "runtime/services/child.h"

namespace rtss::runtime {

// The file that a name stands for: a path as it is; a bare name beside this program, here, then along PATH. Absolute.
Status find_program(const std::string& name, std::string* path);

// Suspended: it has stopped itself before the program's first instruction when this returns.
Status spawn(const std::string& path, const ChildPlan& plan, pid_t* pid);

}  // namespace rtss::runtime
