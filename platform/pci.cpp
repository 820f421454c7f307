#include "platform/pci.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "platform/descriptor.h"

namespace rtss::platform {

namespace {

using Path = std::array<char, PATH_MAX>;

// False if it does not fit.
bool devices_path(Path& path, const char* below) noexcept {
  const char* const chosen = std::getenv("RTSS_SYSFS");
  const char* const root = chosen == nullptr || *chosen == '\0' ? "/sys" : chosen;
  const int length = std::snprintf(path.data(), path.size(), "%s/bus/pci/devices%s", root, below);
  return length >= 0 && static_cast<std::size_t>(length) < path.size();
}

bool bus_exists(std::uint32_t bus) noexcept {
  Path path;
  std::array<char, 16> wanted{};
  std::snprintf(wanted.data(), wanted.size(), "0000:%02x:", bus);
  if (!devices_path(path, "")) return false;
  fill_standard_descriptors();
  DIR* const directory = opendir(path.data());
  if (directory == nullptr) return false;
  bool found = false;
  for (const dirent* entry = readdir(directory); entry != nullptr && !found; entry = readdir(directory)) {
    found = std::strncmp(entry->d_name, wanted.data(), std::strlen(wanted.data())) == 0;
  }
  closedir(directory);
  return found;
}

}  // namespace

PciResult read_pci_config(PciAddress address, std::uint32_t offset, void* buffer, std::uint32_t length) noexcept {
  Path path;
  std::array<char, 32> below{};
  std::snprintf(below.data(), below.size(), "/0000:%02x:%02x.%x/config", address.bus & 0xff, address.device & 0x1f,
                address.function & 7);
  if (address.bus > 0xff || !devices_path(path, below.data())) return {.outcome = PciRead::kNoBus, .bytes = 0};
  const Descriptor file = open_file(path.data(), O_RDONLY);
  if (!file) {
    if (errno == EACCES || errno == EPERM) return {.outcome = PciRead::kDenied, .bytes = 0};
    return {.outcome = bus_exists(address.bus) ? PciRead::kNoDevice : PciRead::kNoBus, .bytes = 0};
  }
  const ssize_t got = pread(file.get(), buffer, length, offset);
  if (got < 0) return {.outcome = PciRead::kDenied, .bytes = 0};
  return {.outcome = PciRead::kOk, .bytes = static_cast<std::uint32_t>(got)};
}

}  // namespace rtss::platform
