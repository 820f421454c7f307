#pragma once

#include "tools/rtss/doctor/finding.h"
#include "tools/rtss/doctor/system_files.h"

namespace rtss::tool {

void check_privileges(const SystemFiles& files, Findings& findings);  // kernel, limits, scheduling

}  // namespace rtss::tool
