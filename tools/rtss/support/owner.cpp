#include "tools/rtss/support/owner.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <vector>

#include "platform/shared_file.h"
#include "runtime/inspect/inspect.h"

namespace rtss::tool {

namespace {

constexpr std::string_view kOwnName = "rtss";  // the comm of an "rtss lock"

std::string read_file(std::int32_t pid, const std::string& file) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + file;
  const platform::Descriptor descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char bytes[4096];
  for (ssize_t length = 0; descriptor && (length = read(descriptor.get(), bytes, sizeof bytes)) > 0;) {
    text.append(bytes, static_cast<std::size_t>(length));
  }
  return text;
}

std::vector<std::string_view> words_of(std::string_view command_line) {
  std::vector<std::string_view> words;
  while (!command_line.empty()) {
    const std::size_t end = std::min(command_line.find('\0'), command_line.size());
    words.push_back(command_line.substr(0, end));
    command_line.remove_prefix(std::min(end + 1, command_line.size()));
  }
  return words;
}

}  // namespace

std::string name_of(std::int32_t pid, std::int32_t tid) {
  std::string comm = read_file(pid, "task/" + std::to_string(tid) + "/comm");
  if (comm.ends_with('\n')) comm.pop_back();
  return runtime::inspect::printable(comm);
}

std::string run_by(std::int32_t pid) {
  if (name_of(pid, pid) != kOwnName) return {};
  const int child = std::atoi(read_file(pid, "task/" + std::to_string(pid) + "/children").c_str());
  const std::string command = child > 0 ? name_of(child, child) : std::string();
  return command == kOwnName ? std::string() : command;  // it has not become the command yet
}

bool is_called(std::int32_t pid, std::string_view name) {
  if (name_of(pid, pid) == name || run_by(pid) == name) return true;
  const std::string command_line = read_file(pid, "cmdline");
  const std::string_view program = std::string_view(command_line).substr(0, command_line.find('\0'));
  return !name.empty() && program.substr(program.rfind('/') + 1) == name;
}

std::string why_of(std::int32_t pid) {
  constexpr std::string_view kOption = "--why";
  if (name_of(pid, pid) != kOwnName) return {};
  const std::string command_line = read_file(pid, "cmdline");
  const std::vector<std::string_view> words = words_of(command_line);
  for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == kOption && i + 1 < words.size()) return runtime::inspect::printable(words[i + 1]);
    if (words[i].starts_with("--why=")) return runtime::inspect::printable(words[i].substr(kOption.size() + 1));
  }
  return {};
}

std::string describe_owner(std::int32_t pid, std::int32_t tid) {
  std::string text = "pid " + std::to_string(pid);
  const std::string command = run_by(pid);
  if (const std::string program = name_of(pid, pid); !program.empty()) {
    text += " (" + program + (command.empty() ? ")" : ", runs " + command + ")");
  }
  if (tid != pid) text += ", thread " + std::to_string(tid);
  if (const std::string why = why_of(pid); !why.empty()) text += ": " + why;
  return text;
}

}  // namespace rtss::tool
