// The short table at the end of the demo: two measurements, the limit beside the library.
#pragma once

#include <iosfwd>

#include "bench/commands/settings.h"

namespace rtss::bench {

bool print_summary(const Session& session, std::ostream& out);  // false when something could not be measured

}  // namespace rtss::bench
