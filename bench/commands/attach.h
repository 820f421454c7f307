#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_attach(const Session& session);

}  // namespace rtss::bench
