#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_create(const Session& session);

}  // namespace rtss::bench
