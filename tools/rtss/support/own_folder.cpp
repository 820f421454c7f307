#include "tools/rtss/support/own_folder.h"

#include <unistd.h>

#include <array>
#include <climits>

namespace rtss::tool {

std::string own_folder() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  const std::string program(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return program.substr(0, program.rfind('/'));
}

}  // namespace rtss::tool
