// Where the thread that the library runs beside a program's own may run.
#pragma once

#include <sched.h>

namespace rtss::runtime {

// RTSS_HELPER_CPUS if it is set. Else the processors that the program was started with, without those that the kernel
// isolates, unless no other is left; what a thread's affinity became since then does not count. False: the
// variable cannot be understood, or names no processor that this process may use; said on standard error.
bool helper_processors(cpu_set_t* processors);

}  // namespace rtss::runtime
