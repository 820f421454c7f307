#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_targets(const Session& session);  // every table that has a target

}  // namespace rtss::bench
