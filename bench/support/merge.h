// Results of several runs of the same measurements as one.
#pragma once

#include <string>
#include <vector>

namespace rtss::bench {

// Empty error: json is the merged result, in the form of report_json.h. What only some results have is kept as it is.
struct Merged {
  std::string json;
  std::string error;
};
Merged merge_results(const std::vector<std::string>& paths, const std::string& command_line);

}  // namespace rtss::bench
