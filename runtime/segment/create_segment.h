// The one way a segment's file comes into being: filled without a name, then published complete.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

#include "platform/shared_file.h"
#include "runtime/segment/layout.h"
#include "runtime/segment/status.h"

namespace rtss::runtime {

// What the creator of a namespace chooses; fixed from then on.
struct NamespaceOptions {
  Limits limits{};
  Inheritance inheritance = Inheritance::kTiered;
  priority::Window window{};
  bool names_per_kind = false;
  gid_t group = 0;  // whose members may use it; for "group:NAME" only
};

// Choices as the environment spells them. False: cannot be understood, and nothing was changed.
bool parse_limits(const char* text, Limits* limits);  // those not named keep their value
bool parse_inheritance(const char* text, Inheritance* inheritance);
bool parse_window(const char* text, priority::Window* window);
bool parse_names(const char* text, bool* per_kind);

// Takes the choices from RTSS_LIMITS, RTSS_INHERITANCE, RTSS_WINDOW and RTSS_NAMES, where they are set. Returns the
// variable that cannot be understood, or null.
const char* read_options(NamespaceOptions* options);

struct CreatedNamespace {
  Status status;    // kOk; kAlreadyExists: there is such a file, and it was not touched
  const char* why;  // a sentence for the user unless kOk
};

// Makes the file of a namespace, complete. `options` are valid. With `group` the file is for that group's members,
// otherwise for its user alone.
CreatedNamespace create_segment(const char* path, const NamespaceOptions& options, std::optional<gid_t> group);

// Makes the namespace `name`, as RTSS_NAMESPACE would name it, for processes that attach later: private ("NAME", mode
// 0600) or a group's ("group:NAME", mode 0660). Attaches to nothing.
CreatedNamespace create_namespace(std::string_view name, const NamespaceOptions& options);

// Makes a namespace of zeroed memory, aligned to 128 bytes and offsets_of(options.limits).total long. Its recorders'
// clock is CLOCK_MONOTONIC: counter_scale stays 0.
SegmentView initialise_segment(void* base, const NamespaceOptions& options, std::optional<gid_t> group);

// Why a namespace is neither made nor attached to where its process ids, or its boot, might be others.
inline constexpr const char* kBootUnknown =
    "which boot it is of cannot be told: /proc/sys/kernel/random/boot_id is not readable here, or another file covers "
    "it";
inline constexpr const char* kPidNamespaceUnknown =
    "this process cannot tell its PID namespace: /proc/self/ns/pid is not readable; mount /proc, at least with "
    "subset=pid";

}  // namespace rtss::runtime
