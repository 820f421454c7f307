#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_abandon(const Session& session);
Reports measure_abandon_on_two_cpus(const Session& session);

}  // namespace rtss::bench
