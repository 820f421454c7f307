// What "doctor" asks. Nothing here changes anything that lasts.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rtss::tool::look {

enum class Severity : std::uint8_t { kOk, kSkipped, kWarning, kFailure };

struct Finding {
  const char* check;
  Severity severity;
  std::string finding;
  std::string remedy;  // empty when all is well
};
using Findings = std::vector<Finding>;

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

void check_privileges(const SystemFiles& files, Findings& findings);  // kernel, limits, scheduling
void check_machine(const SystemFiles& files, Findings& findings);     // CPUs, clocks, watchdogs
void check_namespace(const SystemFiles& files, Findings& findings);   // /dev/shm, and the selected namespace
void check_live(Findings& findings);                                  // self-tests in a namespace of their own

// The errno of asking for SCHED_FIFO at this priority in a thread of its own; 0: granted.
int try_fifo(int linux_priority);

}  // namespace rtss::tool::look
