#pragma once

#include "tools/rtss/doctor/finding.h"
#include "tools/rtss/doctor/system_files.h"

namespace rtss::tool {

void check_machine(const SystemFiles& files, Findings& findings);  // CPUs, clocks, watchdogs

}  // namespace rtss::tool
