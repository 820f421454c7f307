// Where a namespace's file lies. Allocates nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace rtss::runtime {

inline constexpr std::string_view kDefaultNamespace = "default";
inline constexpr std::string_view kGroupPrefix = "group:";
inline constexpr std::string_view kMemoryMark = ".shm-";  // NAMESPACE.shm-N is the file of a shared-memory object
inline constexpr std::size_t kMaxNamespaceName = 64;
inline constexpr std::size_t kNamespacePathBytes = 128;  // holds every path, with its NUL

// Writes /dev/shm/rtss-UID-NAME, or /dev/shm/rtss-group-NAME for "group:NAME"; UID is the effective user. NAME is 1 to
// kMaxNamespaceName characters of [A-Za-z0-9._-] without kMemoryMark. False: not such a name, or `bytes` too small.
bool namespace_path(std::string_view name, char* out, std::size_t bytes);

// What namespace_path() asks of a name, for messages that quote one that it refused.
inline constexpr std::string_view kNotANamespaceName =
    "not a namespace name: 1 to 64 of A-Z a-z 0-9 . _ -, or group:NAME";

// There is "group:NAME" beside the private namespace NAME, and the effective user may use it: its prefix was forgotten,
// perhaps.
bool group_has_same_name(std::string_view name);

// What RTSS_NAMESPACE says; the default when it is unset or empty. Not checked. Valid until the environment changes.
std::string_view selected_namespace();

}  // namespace rtss::runtime
