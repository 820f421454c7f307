// Measurements in which a turn goes to and fro between two threads or processes.
#pragma once

#include "bench/session/session.h"

namespace rtss::bench {

Reports measure_handoff(const Session& session);
Reports measure_handoff_on_two_cpus(const Session& session);
Reports measure_handoff_in_crowd(const Session& session);
Reports measure_queue(const Session& session);
Reports measure_signal(const Session& session);
Reports measure_semaphore(const Session& session);
Reports measure_any(const Session& session);
Reports measure_all(const Session& session);

}  // namespace rtss::bench
