#include "runtime/segment/create_segment.h"

#include <sys/random.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "platform/counter.h"
#include "runtime/segment/namespace_path.h"

namespace rtss::runtime {

namespace {

constexpr const char* kDirectory = "/dev/shm";

// A namespace of the same name may have left shared memory behind: numbers that start anywhere do not meet its files.
std::uint64_t first_file_number() {
  std::uint32_t random = 0;
  if (getrandom(&random, sizeof random, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof random)) return 0;
  return static_cast<std::uint64_t>(random) << 16;
}

void initialise_header(Header* header, const NamespaceOptions& options, std::optional<gid_t> group) {
  header->version = kLayoutVersion;
  header->header_bytes = sizeof(Header);
  header->layout_hash = layout_hash();
  header->total_bytes = offsets_of(options.limits).total;
  header->boot_id = platform::boot_id();
  header->pid_namespace = platform::pid_namespace();
  header->creator_uid = geteuid();
  header->group = group ? header_group(*group) : 0;
  header->limits = options.limits;
  header->inheritance = options.inheritance;
  header->names_per_kind = options.names_per_kind ? 1 : 0;
  header->window_low = static_cast<std::uint8_t>(options.window.low);
  header->window_high = static_cast<std::uint8_t>(options.window.high);
  header->next_file.store(first_file_number(), std::memory_order_relaxed);
  header->free_object.store(kNoSlot, std::memory_order_relaxed);
  header->free_handle_head.store(kNoSlot, std::memory_order_relaxed);
  header->free_handle_tail.store(kNoSlot, std::memory_order_relaxed);
  header->namespace_lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
  header->all_lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
  header->magic = kMagic;
}

// The file's pages are zero: only what is not zero at rest is written. Locks are initialised here, once and for ever.
void initialise_tables(const SegmentView& view) {
  for (std::uint32_t i = 0; i < view.limits.processes; ++i) {
    view.processes[i].life.initialise(platform::RobustLock::Protocol::kPlain);
    for (platform::RobustLock& notice : view.processes[i].notices)
      notice.initialise(platform::RobustLock::Protocol::kPlain);
    view.processes[i].identity.store(make_identity(i, 1), std::memory_order_relaxed);
    view.processes[i].object.store(kNoSlot, std::memory_order_relaxed);
  }
  for (std::uint32_t i = 0; i < view.limits.threads; ++i) {
    view.threads[i].life.initialise(platform::RobustLock::Protocol::kPlain);
    view.threads[i].pi_lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
    view.threads[i].identity.store(make_identity(i, 1), std::memory_order_relaxed);
    view.threads[i].object.store(kNoSlot, std::memory_order_relaxed);
  }
  for (std::uint32_t i = 0; i < view.limits.objects; ++i) {
    view.objects[i].lock.initialise(platform::RobustLock::Protocol::kPriorityInherit);
    view.objects[i].word.change(0, make_word(1, 0));  // the file was zeroes
    view.objects[i].head.store(kNoSlot, std::memory_order_relaxed);
    view.objects[i].tail.store(kNoSlot, std::memory_order_relaxed);
    view.objects[i].next.store(kNoSlot, std::memory_order_relaxed);
  }
  for (std::uint32_t i = 0; i <= view.bucket_mask; ++i) view.buckets[i].store(kNoSlot, std::memory_order_relaxed);
}

const char* invalid(const NamespaceOptions& options) {
  if (!are_sane(options.limits)) return "a limit is 0 or too great";
  if (options.inheritance > Inheritance::kOff) return "there is no such inheritance setting";
  if (!priority::is_valid(options.window)) return "the window is not LOW-HIGH within 1-98";
  return nullptr;
}

}  // namespace

// ---- what a creator may choose ------------------------------------------------------------------------------------

bool parse_limits(const char* text, Limits* limits) {
  Limits read = *limits;
  struct {
    const char* name;
    std::uint32_t* value;
    std::uint32_t maximum;
  } fields[] = {{"processes", &read.processes, kMaxLimits.processes},
                {"threads", &read.threads, kMaxLimits.threads},
                {"objects", &read.objects, kMaxLimits.objects},
                {"handles", &read.handles, kMaxLimits.handles}};
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
  *limits = read;
  return true;
}

bool parse_inheritance(const char* text, Inheritance* inheritance) {
  constexpr std::pair<const char*, Inheritance> kSettings[] = {
      {"tiered", Inheritance::kTiered}, {"limited", Inheritance::kLimited}, {"off", Inheritance::kOff}};
  for (const auto& [name, setting] : kSettings) {
    if (std::strcmp(text, name) != 0) continue;
    *inheritance = setting;
    return true;
  }
  return false;
}

bool parse_window(const char* text, priority::Window* window) {
  priority::Window read;
  char rest = '\0';
  if (std::sscanf(text, "%d-%d%c", &read.low, &read.high, &rest) != 2 || !priority::is_valid(read)) return false;
  *window = read;
  return true;
}

bool parse_names(const char* text, bool* per_kind) {
  const bool single = std::strcmp(text, "single") == 0;
  if (!single && std::strcmp(text, "per-kind") != 0) return false;
  *per_kind = !single;
  return true;
}

const char* read_options(NamespaceOptions* options) {
  const auto understood = [](const char* variable, auto* parse, auto* value) {
    const char* const text = std::getenv(variable);
    return text == nullptr || parse(text, value);
  };
  if (!understood("RTSS_LIMITS", parse_limits, &options->limits)) return "RTSS_LIMITS";
  if (!understood("RTSS_INHERITANCE", parse_inheritance, &options->inheritance)) return "RTSS_INHERITANCE";
  if (!understood("RTSS_WINDOW", parse_window, &options->window)) return "RTSS_WINDOW";
  if (!understood("RTSS_NAMES", parse_names, &options->names_per_kind)) return "RTSS_NAMES";
  return nullptr;
}

// ---- making one ---------------------------------------------------------------------------------------------------

SegmentView initialise_segment(void* base, const NamespaceOptions& options, std::optional<gid_t> group) {
  initialise_header(static_cast<Header*>(base), options, group);
  const SegmentView view = SegmentView::over(base, options.limits);
  initialise_tables(view);
  return view;
}

CreatedNamespace create_segment(const char* path, const NamespaceOptions& options, std::optional<gid_t> group) {
  const std::uint64_t size = offsets_of(options.limits).total;
  using platform::Sharing;
  const auto failed = [](Status status, const char* why) { return CreatedNamespace{status, why}; };
  if (platform::pid_namespace() == 0) return failed(Status::kIncompatible, kPidNamespaceUnknown);
  const platform::BothClocks start = platform::read_both_clocks();  // what follows takes long enough to measure by
  platform::OpenedFile made = platform::make_unnamed_file(
      kDirectory, size,
      group ? platform::Belonging{Sharing::kGroup, *group} : platform::Belonging{Sharing::kPrivate, geteuid()});
  if (made.outcome == platform::FileOutcome::kNoSpace) return failed(Status::kNoMemory, made.why);
  if (made.outcome != platform::FileOutcome::kOk) return failed(Status::kAccessDenied, made.why);
  if (platform::boot_of(made.descriptor, platform::boot_id()) == platform::Boot::kUnknown)
    return failed(Status::kIncompatible, kBootUnknown);
  void* const base = platform::map(made.descriptor, size);
  if (base == nullptr) return failed(Status::kNoMemory, "it cannot be mapped");
  initialise_segment(base, options, group).header->counter_scale = platform::measure_counter_scale(start);
  const platform::FileOutcome published = platform::publish(made.descriptor, path);
  platform::unmap(base, size);
  if (published == platform::FileOutcome::kOk) return {Status::kOk, nullptr};
  if (published == platform::FileOutcome::kExists)
    return failed(Status::kAlreadyExists, "there is such a file already");
  return failed(Status::kAccessDenied, "it cannot be published");
}

CreatedNamespace create_namespace(std::string_view name, const NamespaceOptions& options) {
  char path[kNamespacePathBytes];
  if (!namespace_path(name, path, sizeof path))
    return {Status::kInvalidName, "it is not a namespace name: 1 to 64 of A-Z a-z 0-9 . _ -, or group:NAME"};
  if (const char* why = invalid(options); why != nullptr) return {Status::kInvalidParameter, why};
  if (access(path, F_OK) == 0) return {Status::kAlreadyExists, "there is such a file already"};
  const bool group = name.starts_with(kGroupPrefix);
  return create_segment(path, options, group ? std::optional<gid_t>(options.group) : std::nullopt);
}

}  // namespace rtss::runtime
