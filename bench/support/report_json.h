// The form of a result for programs: a superset of what the rt-tests write; see docs/schemas/bench.schema.json.
#pragma once

#include <string>

#include "bench/support/report.h"

namespace rtss::bench {

std::string to_json(const Reports& reports, int return_code);

}  // namespace rtss::bench
