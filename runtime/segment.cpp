#include "runtime/segment.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "runtime/namespace_path.h"
#include "runtime/platform/futex.h"
#include "runtime/platform/message.h"

namespace rtss::runtime {

namespace {

constexpr const char* kDirectory = "/dev/shm";
constexpr int kAttempts = 100;  // each lost only to another process that created or removed the file in between

// ---- what a creator may choose ------------------------------------------------------------------------------------

bool read_limits(Limits* limits) {
  const char* text = std::getenv("RTSS_LIMITS");
  if (text == nullptr) return true;
  struct {
    const char* name;
    std::uint32_t* value;
    std::uint32_t maximum;
  } fields[] = {{"processes", &limits->processes, kMaxLimits.processes},
                {"threads", &limits->threads, kMaxLimits.threads},
                {"objects", &limits->objects, kMaxLimits.objects},
                {"handles", &limits->handles, kMaxLimits.handles}};
  while (*text != '\0') {
    bool known = false;
    for (auto& field : fields) {
      const std::size_t length = std::strlen(field.name);
      if (std::strncmp(text, field.name, length) != 0 || text[length] != '=') continue;
      char* end = nullptr;
      const unsigned long value = std::strtoul(text + length + 1, &end, 10);
      if (end == text + length + 1 || value == 0 || value > field.maximum || (*end != ',' && *end != '\0'))
        return false;
      *field.value = static_cast<std::uint32_t>(value);
      text = *end == ',' ? end + 1 : end;
      known = true;
      break;
    }
    if (!known) return false;
  }
  return true;
}

bool read_inheritance(Inheritance* inheritance) {
  const char* text = std::getenv("RTSS_INHERITANCE");
  if (text == nullptr || std::strcmp(text, "tiered") == 0) return true;
  *inheritance = std::strcmp(text, "limited") == 0 ? Inheritance::kLimited : Inheritance::kOff;
  return *inheritance == Inheritance::kLimited || std::strcmp(text, "off") == 0;
}

bool read_window(priority::Window* window) {
  const char* text = std::getenv("RTSS_WINDOW");
  if (text == nullptr) return true;
  char rest = '\0';
  return std::sscanf(text, "%d-%d%c", &window->low, &window->high, &rest) == 2 && priority::is_valid(*window);
}

bool read_names(bool* per_kind) {
  const char* text = std::getenv("RTSS_NAMES");
  if (text == nullptr || std::strcmp(text, "single") == 0) return true;
  *per_kind = true;
  return std::strcmp(text, "per-kind") == 0;
}

struct Options {
  Limits limits;
  Inheritance inheritance = Inheritance::kTiered;
  priority::Window window;
  bool names_per_kind = false;
};

// The variable that cannot be understood, or null.
const char* read_options(Options* options) {
  if (!read_limits(&options->limits)) return "RTSS_LIMITS";
  if (!read_inheritance(&options->inheritance)) return "RTSS_INHERITANCE";
  if (!read_window(&options->window)) return "RTSS_WINDOW";
  if (!read_names(&options->names_per_kind)) return "RTSS_NAMES";
  return nullptr;
}

// ---- making one ---------------------------------------------------------------------------------------------------

void initialise_header(Header* header, const Options& options) {
  header->version = kLayoutVersion;
  header->header_bytes = sizeof(Header);
  header->layout_hash = layout_hash();
  header->total_bytes = offsets_of(options.limits).total;
  header->boot_id = platform::boot_id();
  header->pid_namespace = platform::pid_namespace();
  header->creator_uid = geteuid();
  header->limits = options.limits;
  header->inheritance = options.inheritance;
  header->names_per_kind = options.names_per_kind ? 1 : 0;
  header->window_low = static_cast<std::uint8_t>(options.window.low);
  header->window_high = static_cast<std::uint8_t>(options.window.high);
  header->free_object.store(kNoSlot, std::memory_order_relaxed);
  header->free_handle_head.store(kNoSlot, std::memory_order_relaxed);
  header->free_handle_tail.store(kNoSlot, std::memory_order_relaxed);
  header->namespace_lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
  header->all_lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
  header->magic = kMagic;
}

// The file's pages are zero: only what is not zero at rest is written. Locks are initialised here, once and for ever.
void initialise_segment(void* base, const Options& options) {
  initialise_header(static_cast<Header*>(base), options);
  const SegmentView view = SegmentView::over(base, options.limits);
  for (std::uint32_t i = 0; i < options.limits.processes; ++i) {
    view.processes[i].life.initialise(platform::RobustLock::Protocol::kPlain);
    view.processes[i].identity.store(make_identity(i, 1), std::memory_order_relaxed);
    view.processes[i].object.store(kNoSlot, std::memory_order_relaxed);
  }
  for (std::uint32_t i = 0; i < options.limits.threads; ++i) {
    view.threads[i].life.initialise(platform::RobustLock::Protocol::kPlain);
    view.threads[i].pi_lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
    view.threads[i].identity.store(make_identity(i, 1), std::memory_order_relaxed);
    view.threads[i].object.store(kNoSlot, std::memory_order_relaxed);
  }
  for (std::uint32_t i = 0; i < options.limits.objects; ++i) {
    view.objects[i].lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
    view.objects[i].word.store(make_word(1, 0), std::memory_order_relaxed);
    view.objects[i].head.store(kNoSlot, std::memory_order_relaxed);
    view.objects[i].tail.store(kNoSlot, std::memory_order_relaxed);
    view.objects[i].next.store(kNoSlot, std::memory_order_relaxed);
  }
  for (std::uint32_t i = 0; i <= view.bucket_mask; ++i) view.buckets[i].store(kNoSlot, std::memory_order_relaxed);
}

// ---- judging one --------------------------------------------------------------------------------------------------

bool limits_are_sane(const Limits& limits) {
  return limits.processes != 0 && limits.processes <= kMaxLimits.processes && limits.threads != 0 &&
         limits.threads <= kMaxLimits.threads && limits.objects != 0 && limits.objects <= kMaxLimits.objects &&
         limits.handles != 0 && limits.handles <= kMaxLimits.handles;
}

enum class Verdict : std::uint8_t { kUsable, kStale, kUnusable };

// kStale: made before the last boot, so nobody can be in it. `limits` is the copy that was checked.
Verdict judge(const Header& header, std::uint64_t size, Limits* limits, const char** why) {
  *limits = header.limits;
  *why = nullptr;
  if (header.magic != kMagic)
    *why = "it is not a namespace of this library";
  else if (header.version != kLayoutVersion)
    *why = "it has another layout version; end the programs that use it, then remove it";
  else if (header.header_bytes != sizeof(Header) || header.layout_hash != layout_hash())
    *why = "it was made by a differently built library; end the programs that use it, then remove it";
  else if (header.boot_id != platform::boot_id())
    return Verdict::kStale;
  else if (header.pid_namespace != platform::pid_namespace())
    *why = "it belongs to another PID namespace (container)";
  else if (!limits_are_sane(*limits) || size != offsets_of(*limits).total || header.total_bytes != size)
    *why = "its size does not fit its limits: truncated or damaged";
  else if (!priority::is_valid({.low = header.window_low, .high = header.window_high}) ||
           header.inheritance > Inheritance::kOff)
    *why = "its settings are damaged";
  return *why == nullptr ? Verdict::kUsable : Verdict::kUnusable;
}

Status status_of(platform::FileOutcome outcome) {
  return outcome == platform::FileOutcome::kNoSpace ? Status::kNoMemory : Status::kAccessDenied;
}

void refuse(const char* path, const char* why) { platform::warn("cannot use %s: %s", path, why); }

// kNotFound: the file is gone or stale and the caller should look again.
Status use_existing(MappedSegment* segment, platform::OpenedFile opened) {
  Header header_copy_space[1] = {};
  const auto length = pread(opened.descriptor.get(), static_cast<void*>(header_copy_space), sizeof(Header), 0);
  if (length != static_cast<long>(sizeof(Header))) {
    refuse(segment->path, "it is truncated");
    return Status::kIncompatible;
  }
  Limits limits;
  const char* why = nullptr;
  switch (judge(header_copy_space[0], opened.size, &limits, &why)) {
    case Verdict::kStale:
      if (platform::still_names(segment->path, opened.descriptor)) unlink(segment->path);
      return Status::kNotFound;
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
  std::snprintf(segment->view.path.data(), segment->view.path.size(), "%s", segment->path);
  segment->file = std::move(opened.descriptor);
  return Status::kOk;
}

// kNotFound: somebody else was first.
Status create(MappedSegment* segment, const Options& options, mode_t mode) {
  platform::OpenedFile made = platform::make_unnamed_file(kDirectory, offsets_of(options.limits).total, mode);
  if (made.outcome != platform::FileOutcome::kOk) {
    refuse(segment->path, made.why);
    return status_of(made.outcome);
  }
  void* const base = platform::map(made.descriptor, made.size);
  if (base == nullptr) {
    refuse(segment->path, "it cannot be mapped");
    return Status::kNoMemory;
  }
  initialise_segment(base, options);
  switch (platform::publish(made.descriptor, segment->path)) {
    case platform::FileOutcome::kOk:
      break;
    case platform::FileOutcome::kExists:
      platform::unmap(base, made.size);
      return Status::kNotFound;
    default:
      platform::unmap(base, made.size);
      refuse(segment->path, "it cannot be published");
      return Status::kAccessDenied;
  }
  segment->view = SegmentView::over(base, options.limits);
  std::snprintf(segment->view.path.data(), segment->view.path.size(), "%s", segment->path);
  segment->file = std::move(made.descriptor);
  return Status::kOk;
}

// The file is not there: makes it. A group's namespace is made on purpose only.
Status make_missing(MappedSegment* segment, bool group) {
  if (group) {
    refuse(segment->path, "no such group namespace; \"rtss namespace create\" makes one");
    return Status::kAccessDenied;
  }
  Options options;
  if (const char* variable = read_options(&options); variable != nullptr) {
    platform::warn("%s=%s cannot be understood", variable, std::getenv(variable));
    return Status::kInvalidParameter;
  }
  return create(segment, options, S_IRUSR | S_IWUSR);
}

// kNotFound: lost a race, look again.
Status open_or_create_once(MappedSegment* segment, bool group) {
  platform::OpenedFile opened =
      platform::open_shared_file(segment->path, group ? platform::Sharing::kGroup : platform::Sharing::kPrivate);
  switch (opened.outcome) {
    case platform::FileOutcome::kOk:
      return use_existing(segment, std::move(opened));
    case platform::FileOutcome::kMissing:
      return make_missing(segment, group);
    default:
      refuse(segment->path, opened.why);
      return status_of(opened.outcome);
  }
}

}  // namespace

MappedSegment open_or_create_segment() {
  MappedSegment segment{.status = Status::kInvalidName, .view = {}, .file = {}, .path = {}};
  const std::string_view name = selected_namespace();
  if (!namespace_path(name, segment.path, sizeof segment.path)) {
    platform::warn("RTSS_NAMESPACE=%.*s is not a namespace name", static_cast<int>(name.size()), name.data());
    return segment;
  }
  segment.status = Status::kNotFound;
  for (int attempt = 0; attempt < kAttempts && segment.status == Status::kNotFound; ++attempt) {
    segment.status = open_or_create_once(&segment, name.starts_with("group:"));
  }
  if (segment.status == Status::kNotFound) segment.status = Status::kAccessDenied;
  return segment;
}

}  // namespace rtss::runtime
