// Shared-memory objects: a file of its own for each, beside the namespace's, named by a number in the segment and
// removed with the object, also by the sweep. Not for real-time paths: files are made, mapped and removed.
#pragma once

#include <sys/types.h>

#include "platform/shared_file.h"
#include "runtime/segment/object.h"

namespace rtss::runtime {

// Needs the namespace lock: part of ending the object.
void remove_memory_file(const SegmentView& view, std::uint32_t slot);

inline constexpr std::uint64_t kPathBytes = 192;
void file_path(const SegmentView& view, std::uint64_t number, char (&path)[kPathBytes]);
platform::Belonging belonging_of(const SegmentView& view);  // of each of these files
platform::OpenedFile open_memory_file(const SegmentView& view, const char* path);
inline bool is_group(const SegmentView& view) { return view.group != 0; }
inline gid_t group_of(const SegmentView& view) { return view.group - 1; }

}  // namespace rtss::runtime
