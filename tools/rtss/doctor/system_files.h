#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rtss::tool {

// The settings of a system: files below a root, which is empty but for tests.
class SystemFiles {
 public:
  explicit SystemFiles(std::string root) : root_(std::move(root)) {}
  // Without its last newline; nothing when it cannot be read.
  [[nodiscard]] std::optional<std::string> read(const std::string& path) const;
  [[nodiscard]] std::optional<long long> read_number(const std::string& path) const;
  [[nodiscard]] bool exists(const std::string& path) const;
  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const;  // names, sorted

 private:
  std::string root_;
};

}  // namespace rtss::tool
