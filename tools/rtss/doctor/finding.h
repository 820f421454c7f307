// What "doctor" finds. No check changes anything that lasts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rtss::tool {

enum class Severity : std::uint8_t { kOk, kSkipped, kWarning, kFailure };

struct Finding {
  const char* check;
  Severity severity;
  std::string finding;
  std::string remedy;  // empty when all is well
};
using Findings = std::vector<Finding>;

}  // namespace rtss::tool
