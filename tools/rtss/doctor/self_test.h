#pragma once

#include "tools/rtss/doctor/finding.h"

namespace rtss::tool {

// Runs the self-tests, in a namespace of their own.
void check_live(Findings& findings);

}  // namespace rtss::tool
