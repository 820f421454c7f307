#include "bench/commands/targets.h"

#include "bench/commands/abandon.h"
#include "bench/commands/attach.h"
#include "bench/commands/handoffs.h"
#include "bench/commands/inversion.h"
#include "bench/commands/lock_command.h"
#include "bench/commands/quiet.h"
#include "bench/commands/scale.h"
#include "bench/commands/timer.h"
#include "bench/commands/uncontended.h"
#include "bench/commands/wine.h"

namespace rtss::bench {
namespace {

void append(Reports& all, Reports more) {
  for (Report& report : more) all.push_back(std::move(report));
}

}  // namespace

Reports measure_targets(const Session& session) {
  Reports reports;
  for (const auto measure :
       {measure_uncontended, measure_handoff, measure_handoff_on_two_cpus, measure_signal, measure_any,
        measure_inversion, measure_abandon, measure_abandon_on_two_cpus, measure_timer, measure_scale, measure_queue,
        measure_attach, measure_quiet, measure_lock_command, measure_wine}) {
    if (!session.stopped()) append(reports, measure(session));
  }
  return reports;
}

}  // namespace rtss::bench
