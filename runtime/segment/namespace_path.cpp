#include "runtime/segment/namespace_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace rtss::runtime {

namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

bool namespace_path(std::string_view name, char* out, std::size_t bytes) {
  const bool group = name.substr(0, kGroupPrefix.size()) == kGroupPrefix;
  if (group) name.remove_prefix(kGroupPrefix.size());
  if (name.empty() || name.size() > kMaxNamespaceName) return false;
  if (name.find(kMemoryMark) != std::string_view::npos) return false;
  if (!std::all_of(name.begin(), name.end(), is_name_character)) return false;
  const int size = static_cast<int>(name.size());
  const int length = group ? std::snprintf(out, bytes, "/dev/shm/rtss-group-%.*s", size, name.data())
                           : std::snprintf(out, bytes, "/dev/shm/rtss-%u-%.*s", geteuid(), size, name.data());
  return length > 0 && static_cast<std::size_t>(length) < bytes;
}

bool group_has_same_name(std::string_view name) {
  char group[kGroupPrefix.size() + kMaxNamespaceName + 1];
  char path[kNamespacePathBytes];
  if (name.size() > kMaxNamespaceName || name.substr(0, kGroupPrefix.size()) == kGroupPrefix) return false;
  std::snprintf(group, sizeof group, "%s%.*s", kGroupPrefix.data(), static_cast<int>(name.size()), name.data());
  return namespace_path(group, path, sizeof path) && faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0;
}

std::string_view selected_namespace() {
  const char* const name = std::getenv("RTSS_NAMESPACE");
  return name == nullptr || *name == '\0' ? kDefaultNamespace : std::string_view(name);
}

}  // namespace rtss::runtime
