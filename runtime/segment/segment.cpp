#include "runtime/segment/segment.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "platform/message.h"
#include "runtime/segment/create_segment.h"
#include "runtime/segment/namespace_path.h"

namespace rtss::runtime {

namespace {

constexpr int kAttempts = 100;  // each lost only to another process that removed the file in between

// ---- judging one --------------------------------------------------------------------------------------------------

enum class Verdict : std::uint8_t { kUsable, kStale, kUnusable };

// kStale: made before the last boot, so no process can be in it. What cannot be told is never stale. `limits` is the
// copy that was checked.
Verdict judge(const Header& header, const platform::OpenedFile& file, bool group, Limits* limits, const char** why) {
  *limits = header.limits;
  *why = nullptr;
  if (header.magic != kMagic)
    *why = "it is not a namespace of this library; \"rtss namespace remove\" removes it";
  else if (header.version != kLayoutVersion)
    *why = "it has another layout version; end the programs that use it, then remove it";
  else if (header.header_bytes != sizeof(Header) || header.layout_hash != layout_hash())
    *why = "it was made by a differently built library; end the programs that use it, then remove it";
  else if (const std::uint64_t here = platform::pid_namespace(); here == 0)
    *why = kPidNamespaceUnknown;
  else if (header.pid_namespace != here)
    *why = "it belongs to another PID namespace (container); end the programs that use it, then remove it";
  else if (const platform::Boot boot = platform::boot_of(file.descriptor, header.boot_id);
           boot == platform::Boot::kEarlier)
    return Verdict::kStale;
  else if (boot == platform::Boot::kUnknown)
    *why = kBootUnknown;
  else if (header.group != (group ? header_group(file.group) : 0))
    *why = "it was made for another group, or for none";
  else if (!are_sane(*limits) || file.size != offsets_of(*limits).total || header.total_bytes != file.size)
    *why = "its size does not fit its limits: truncated or damaged; \"rtss namespace remove\" removes it";
  else if (!priority::is_valid({.low = header.window_low, .high = header.window_high}) ||
           header.inheritance > Inheritance::kOff)
    *why = "its settings are damaged; \"rtss namespace remove\" removes it";
  return *why == nullptr ? Verdict::kUsable : Verdict::kUnusable;
}

Status status_of(platform::FileOutcome outcome) {
  return outcome == platform::FileOutcome::kNoSpace ? Status::kNoMemory : Status::kAccessDenied;
}

void refuse(const char* path, const char* why) { platform::warn("cannot use %s: %s", path, why); }

// kRetry: the file is gone or stale and the caller should look again.
Status use_existing(MappedSegment* segment, platform::OpenedFile opened, bool group) {
  Header header_copy_space[1] = {};
  const auto length = pread(opened.descriptor.get(), static_cast<void*>(header_copy_space), sizeof(Header), 0);
  if (length != static_cast<long>(sizeof(Header))) {
    refuse(segment->path, "it is truncated; \"rtss namespace remove\" removes it");
    return Status::kIncompatible;
  }
  Limits limits;
  const char* why = nullptr;
  switch (judge(header_copy_space[0], opened, group, &limits, &why)) {
    case Verdict::kStale:
      if (!platform::still_names(segment->path, opened.descriptor)) return Status::kRetry;
      if (unlink(segment->path) == 0 || errno == ENOENT) return Status::kRetry;
      refuse(segment->path, "it was made before the last boot, and only its owner or root may remove it");
      return Status::kAccessDenied;
    case Verdict::kUnusable:
      refuse(segment->path, why);
      return Status::kIncompatible;
    case Verdict::kUsable:
      break;
  }
  void* const base = platform::map(opened.descriptor, opened.size);
  if (base == nullptr) {
    refuse(segment->path, "it cannot be mapped");
    return Status::kNoMemory;
  }
  segment->view = SegmentView::over(base, limits);
  segment->view.owner = opened.owner;
  std::snprintf(segment->view.path.data(), segment->view.path.size(), "%s", segment->path);
  segment->file = std::move(opened.descriptor);
  return Status::kOk;
}

// The file is not there: makes it, for the next look. A group's namespace is made on purpose only.
Status make_missing(const MappedSegment* segment, bool group) {
  if (group) {
    refuse(segment->path, "no such group namespace; \"rtss namespace create\" makes one");
    return Status::kAccessDenied;
  }
  NamespaceOptions options;
  if (const char* variable = read_options(&options); variable != nullptr) {
    platform::warn("%s=%s cannot be understood", variable, std::getenv(variable));
    return Status::kInvalidParameter;
  }
  const CreatedNamespace created = create_segment(segment->path, options, std::nullopt);
  if (const std::string_view name = selected_namespace(); created.status == Status::kOk && group_has_same_name(name)) {
    const int length = static_cast<int>(name.size());
    platform::warn("the private namespace \"%.*s\" was made; the group's is RTSS_NAMESPACE=group:%.*s", length,
                   name.data(), length, name.data());
  }
  // Or another process was first.
  if (created.status == Status::kOk || created.status == Status::kAlreadyExists) return Status::kRetry;
  refuse(segment->path, created.why);
  return created.status;
}

// kRetry: look again.
Status open_or_create_once(MappedSegment* segment, bool group) {
  using platform::Sharing;
  platform::OpenedFile opened =
      platform::open_shared_file(segment->path, group ? platform::Belonging{Sharing::kGroup, 0}
                                                      : platform::Belonging{Sharing::kPrivate, geteuid()});
  switch (opened.outcome) {
    case platform::FileOutcome::kOk:
      return use_existing(segment, std::move(opened), group);
    case platform::FileOutcome::kMissing:
      return make_missing(segment, group);
    default:
      refuse(segment->path, opened.why);
      return status_of(opened.outcome);
  }
}

// ---- keeping it in memory -----------------------------------------------------------------------------------------

constexpr const char* kLockVariable = "RTSS_MLOCK";

// False: the variable cannot be understood; said.
bool wants_locked_pages(bool* wanted) {
  const char* const text = std::getenv(kLockVariable);
  *wanted = text != nullptr && std::strcmp(text, "on") == 0;
  if (text == nullptr || *text == '\0' || *wanted || std::strcmp(text, "off") == 0) return true;
  platform::warn("%s=%s cannot be understood: on or off is expected", kLockVariable, text);
  return false;
}

void lock_pages(const SegmentView& view) {
  const int error = platform::lock_touched(view.header, offsets_of(view.limits).total);
  if (error == 0) return;
  platform::warn("%s=on: refused: %s; raise RLIMIT_MEMLOCK (\"ulimit -l\"); the program runs without", kLockVariable,
                 strerrordesc_np(error));
}

}  // namespace

MappedSegment open_or_create_segment() {
  MappedSegment segment{.status = Status::kAccessDenied, .view = {}, .file = {}, .path = {}};
  const std::string_view name = selected_namespace();
  if (!namespace_path(name, segment.path, sizeof segment.path)) {
    platform::warn("RTSS_NAMESPACE=%.*s is not a namespace name", static_cast<int>(name.size()), name.data());
    return segment;
  }
  bool locked = false;
  if (!wants_locked_pages(&locked)) {
    segment.status = Status::kInvalidParameter;
    return segment;
  }
  segment.status = Status::kRetry;
  for (int attempt = 0; attempt < kAttempts && segment.status == Status::kRetry; ++attempt) {
    segment.status = open_or_create_once(&segment, name.starts_with(kGroupPrefix));
  }
  if (segment.status == Status::kOk && locked) lock_pages(segment.view);
  if (segment.status == Status::kRetry) segment.status = Status::kAccessDenied;
  return segment;
}

}  // namespace rtss::runtime
