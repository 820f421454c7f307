#include "runtime/names/memory_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "platform/message.h"
#include "platform/steps.h"

namespace rtss::runtime {

namespace {
constexpr auto kRelaxed = std::memory_order_relaxed;
}

void file_path(const SegmentView& view, std::uint64_t number, char (&path)[kPathBytes]) {
  std::snprintf(path, sizeof path, "%s.shm-%llu", view.path.data(), static_cast<unsigned long long>(number));
}

platform::Belonging belonging_of(const SegmentView& view) {
  if (is_group(view)) return {platform::Sharing::kMembers, group_of(view)};
  return {platform::Sharing::kPrivate, view.owner};
}

platform::OpenedFile open_memory_file(const SegmentView& view, const char* path) {
  return platform::open_shared_file(path, belonging_of(view));
}

void remove_memory_file(const SegmentView& view, std::uint32_t slot) {
  char path[kPathBytes];
  file_path(view, memory_file(view.infos[slot]), path);
  const bool is_refused = unlink(path) != 0 && errno == EPERM;
  RTSS_STEP("memory.removed");
  if (!is_refused) return;
  // Another member's file, in a directory where only its maker may unlink it: at least its memory is given back.
  const platform::OpenedFile file = open_memory_file(view, path);
  if (file.outcome == platform::FileOutcome::kOk && ftruncate(file.descriptor.get(), 0) != 0)
    platform::warn("cannot give back the memory of %s", path);
}

}  // namespace rtss::runtime
