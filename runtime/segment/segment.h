// Making and opening a namespace's segment.
#pragma once

#include <sys/types.h>

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
  Status status;    // kOk; kAlreadyExists: somebody's file is there, and was not touched
  const char* why;  // a sentence for the user unless kOk
};

// Makes the namespace `name`, as RTSS_NAMESPACE would name it, for whoever attaches later: private ("NAME", mode 0600)
// or a group's ("group:NAME", mode 0660). Attaches to nothing.
CreatedNamespace create_namespace(std::string_view name, const NamespaceOptions& options);

struct MappedSegment {
  Status status;
  SegmentView view;
  platform::Descriptor file;
  char path[160];
};

// Opens the namespace that RTSS_NAMESPACE names, or makes it when it is a private one and missing; the environment's
// choices apply to whoever makes it. On failure says why on standard error.
MappedSegment open_or_create_segment();

}  // namespace rtss::runtime
