#pragma once

#include "tools/rtss/doctor/finding.h"
#include "tools/rtss/doctor/system_files.h"

namespace rtss::tool {

// /dev/shm, and the selected namespace.
void check_namespace(const SystemFiles& files, Findings& findings);

}  // namespace rtss::tool
