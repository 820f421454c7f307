#include "tests/crash/labels.h"

#include <filesystem>
#include <fstream>
#include <regex>

namespace rtss::test {
namespace {

std::set<std::string> read_labels() {
  static const std::regex step("RTSS_STEP\\(\"([^\"]+)\"\\)");
  std::set<std::string> found;
  for (const char* folder : {"runtime", "priority", "rtapi/src"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(RTSS_SOURCE_DIR "/") + folder)) {
      std::ifstream file(entry.path());
      std::string line;
      std::smatch match;
      while (std::getline(file, line)) {
        if (std::regex_search(line, match, step)) found.insert(match[1]);
      }
    }
  }
  return found;
}

}  // namespace

const std::set<std::string>& labels_in_source() {
  static const std::set<std::string> labels = read_labels();
  return labels;
}

}  // namespace rtss::test
