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

std::map<std::string, std::set<std::string>> read_locks() {
  // | step | `label` | what is done | protected by | if we die after it |
  static const std::regex row("\\|[^|]*\\| `([^`]+)` \\|.*\\|([^|]*)\\|[^|]*\\|");
  static const std::regex lock("(\\[[A-Z]\\])(?: of| for)?");
  std::map<std::string, std::set<std::string>> found;
  for (const char* name : {"protocol", "priority"}) {
    std::ifstream file(std::string(RTSS_SOURCE_DIR "/docs/") + name + ".md");
    std::string line;
    std::smatch match;
    while (std::getline(file, line)) {
      if (!std::regex_match(line, match, row)) continue;
      const std::string locks = match[2];
      std::set<std::string>& all = found[match[1]];
      for (std::sregex_iterator at(locks.begin(), locks.end(), lock), end; at != end; ++at) {
        if ((*at)[0].length() == (*at)[1].length()) all.insert((*at)[1]);  // not "[P] of one", "[A] for some"
      }
    }
  }
  return found;
}

}  // namespace

const std::map<std::string, std::set<std::string>>& locks_in_documents() {
  static const std::map<std::string, std::set<std::string>> locks = read_locks();
  return locks;
}

const std::set<std::string>& labels_in_source() {
  static const std::set<std::string> labels = read_labels();
  return labels;
}

}  // namespace rtss::test
