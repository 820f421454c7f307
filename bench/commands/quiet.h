#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_quiet(const Session& session);

}  // namespace rtss::bench
