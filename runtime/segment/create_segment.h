// The one way a segment's file comes into being: filled without a name, then published complete.
#pragma once

#include <optional>

#include "runtime/segment/segment.h"

namespace rtss::runtime {

struct CreatedSegment {
  Status status;    // kAlreadyExists: somebody else was first
  const char* why;  // a sentence for the user unless kOk
  platform::Descriptor file;
  void* base;  // mapped; null unless kOk
};

// `options` are valid. With `group` the file is for that group's members, otherwise for its user alone.
CreatedSegment create_segment(const char* path, const NamespaceOptions& options, std::optional<gid_t> group);

}  // namespace rtss::runtime
