// Creating or opening a namespace's segment.
#pragma once

#include "runtime/layout.h"
#include "runtime/platform/shared_file.h"
#include "runtime/status.h"

namespace rtss::runtime {

struct MappedSegment {
  Status status;
  SegmentView view;
  platform::Descriptor file;
  char path[160];
};

// Opens the namespace that RTSS_NAMESPACE names, or makes it (RTSS_LIMITS, RTSS_INHERITANCE, RTSS_WINDOW and RTSS_NAMES
// apply to whoever makes it). On failure says why on standard error.
MappedSegment open_or_create_segment();

}  // namespace rtss::runtime
