// Opening a namespace's segment.
#pragma once

#include "platform/shared_file.h"
#include "runtime/segment/layout.h"
#include "runtime/segment/status.h"

namespace rtss::runtime {

struct MappedSegment {
  Status status;
  SegmentView view;
  platform::Descriptor file;
  char path[160];
};

// Opens the namespace that RTSS_NAMESPACE names, or makes it when it is a private one and missing; the environment's
// choices apply to its maker. On failure says why on standard error.
MappedSegment open_or_create_segment();

}  // namespace rtss::runtime
