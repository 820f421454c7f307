#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_wine(const Session& session);  // programs of Windows beside native ones

}  // namespace rtss::bench
