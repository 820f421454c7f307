// The short table at the end of the demo: two measurements, the limit beside the library.
#pragma once

#include <iosfwd>

#include "bench/session/session.h"

namespace rtss::bench {

// False when something of the library's own could not be measured, or the result contradicts itself.
bool print_summary(const Session& session, std::ostream& out);

}  // namespace rtss::bench
