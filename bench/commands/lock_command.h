#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_lock_command(const Session& session);

}  // namespace rtss::bench
