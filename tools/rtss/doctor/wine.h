#pragma once

#include "tools/rtss/doctor/finding.h"
#include "tools/rtss/doctor/system_files.h"

namespace rtss::tool {

// Windows programs beside native ones: Wine, the two files of RtApi.dll, and whether they fit each other.
void check_wine(const SystemFiles& files, Findings& findings);

}  // namespace rtss::tool
