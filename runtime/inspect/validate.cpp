#include <cstdarg>
#include <cstdio>
#include <utility>

#include "runtime/inspect/inspect.h"
#include "runtime/inspect/validation.h"

namespace rtss::runtime::inspect {

void Findings::add(const char* format, ...) {
  if (lines_.size() == kMost) {
    ++left_out_;
    return;
  }
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  lines_.emplace_back(text);
}

std::vector<std::string> Findings::take() {
  if (left_out_ != 0) lines_.push_back("and " + std::to_string(left_out_) + " more");
  return std::move(lines_);
}

// ---- truth --------------------------------------------------------------------------------------------------------

namespace {

// The object slot, if the pair names its present occupant; else kNoSlot.
std::uint32_t occupant_object(const SegmentView& segment, std::uint32_t slot, std::uint32_t generation) {
  const Object* const object = segment.object(slot);
  if (object == nullptr || object->kind.load(std::memory_order_acquire) == Kind::kFree) return kNoSlot;
  return generation_of(object->word.load(std::memory_order_acquire)) == generation ? slot : kNoSlot;
}

}  // namespace

Truth::Truth(const SegmentView& segment)
    : linked(segment),
      granted(segment.limits.objects),
      handles(segment.limits.objects),
      owned(segment.limits.threads),
      donations_(static_cast<std::size_t>(segment.limits.threads) * priority::kKeyCount) {
  count_blocks(segment);
  count_handles(segment);
  count_mutexes(segment);
}

void Truth::count_blocks(const SegmentView& segment) {
  const BlockRef end = threads_used(segment) * kBlocksPerThread;
  for (BlockRef ref = 0; ref < end; ++ref) {
    const BlockWord word = segment.blocks[ref].word.load(std::memory_order_acquire);
    const BlockState state = block_state(word);
    if (state != BlockState::kHeld && state != BlockState::kReturning) continue;
    const std::uint32_t slot = occupant_object(segment, block_object(word), block_generation(word));
    if (slot != kNoSlot) ++granted[slot];
  }
}

void Truth::count_handles(const SegmentView& segment) {
  const std::uint32_t used = handles_used(segment);
  for (std::uint32_t entry = 0; entry < used; ++entry) {
    if (segment.handles[entry].check.load(std::memory_order_acquire) >> 32 == 0) continue;
    const std::uint64_t target = segment.handles[entry].target.load(std::memory_order_acquire);
    const std::uint32_t slot =
        occupant_object(segment, static_cast<std::uint32_t>(target), static_cast<std::uint32_t>(target >> 32));
    if (slot != kNoSlot) ++handles[slot];
  }
}

void Truth::count_mutexes(const SegmentView& segment) {
  const std::uint32_t used = objects_used(segment);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const Object& object = segment.objects[slot];
    if (object.kind.load(std::memory_order_acquire) != Kind::kMutex) continue;
    const Identity owner = owner_of(Kind::kMutex, object.word.load(std::memory_order_acquire));
    if (occupant_thread(segment, owner) != nullptr) ++owned[slot_of(owner)];
    const Identity donee = object.boost.owner.load(std::memory_order_acquire);
    const priority::Key key = object.boost.key.load(std::memory_order_relaxed);
    if (occupant_thread(segment, donee) != nullptr && key < priority::kKeyCount) {
      ++donations_[static_cast<std::size_t>(slot_of(donee)) * priority::kKeyCount + key];
    }
  }
}

// ---- how things are named -----------------------------------------------------------------------------------------

namespace {

// Characters that are not seen, or that turn the direction of the text around them.
bool is_deceptive(std::uint32_t code) {
  return code == 0x61c || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
         (code >= 0xe'0000 && code <= 0xe'0fff);
}

// Length of the well-formed, printable UTF-8 character that begins `text`; 0 when there is none.
std::size_t printable_character(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7f ? 1 : 0;
  const std::size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = (code << 6) | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t kShortestOfLength[] = {0, 0, 0xa0, 0x800, 0x1'0000};  // 0x80 to 0x9f are controls
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  const bool wrong = code < kShortestOfLength[length] || surrogate || code > 0x10'ffff;
  return wrong || is_deceptive(code) ? 0 : length;
}

}  // namespace

std::string printable(std::string_view name) {
  std::string text;
  while (!name.empty()) {
    const std::size_t length = printable_character(name);
    if (length == 0) {
      char escaped[5];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(name[0]));
      text += escaped;
    }
    text += name.substr(0, length);
    name.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::kFree:
      return "free";
    case Kind::kMutex:
      return "mutex";
    case Kind::kEvent:
      return "event";
    case Kind::kSemaphore:
      return "semaphore";
    case Kind::kSharedMemory:
      return "shared memory";
    case Kind::kTimer:
      return "timer";
    case Kind::kThread:
      return "thread";
    case Kind::kProcess:
      return "process";
    case Kind::kShutdownHandler:
      return "shutdown handler";
  }
  return "unknown";
}

std::string object_text(const SegmentView& segment, std::uint32_t slot) {
  const Object& object = segment.objects[slot];
  std::string text = "object " + std::to_string(slot) + " (" + kind_name(object.kind.load(std::memory_order_acquire));
  if (object.named.load(std::memory_order_acquire) != 0) text += " \"" + printable(stored_name(segment, slot)) + "\"";
  return text + ")";
}

std::string thread_text(const SegmentView& segment, std::uint32_t slot) {
  const std::int32_t tid = segment.threads[slot].tid.load(std::memory_order_relaxed);
  return "thread " + std::to_string(slot) + " (tid " + std::to_string(tid) + ")";
}

std::string process_text(const SegmentView& segment, std::uint32_t slot) {
  const std::int32_t pid = segment.processes[slot].pid.load(std::memory_order_relaxed);
  return "process " + std::to_string(slot) + " (pid " + std::to_string(pid) + ")";
}

std::string block_text(const SegmentView& segment, BlockRef ref) {
  return "block " + std::to_string(index_of(ref)) + " of " + thread_text(segment, thread_of(ref));
}

// ---- header and locks ---------------------------------------------------------------------------------------------

void check_lock(const platform::RobustLock& lock, const std::string& what, Findings& findings) {
  const std::uint32_t word = lock.observe();
  if (platform::RobustLock::is_dead(word)) {
    findings.add("%s: its holder died and what it protects is not repaired", what.c_str());
  } else if (!platform::RobustLock::is_free(word)) {
    findings.add("%s: held by tid %u", what.c_str(), word & platform::RobustLock::kTidMask);
  }
}

void check_header(const SegmentView& segment, Findings& findings) {
  const Header& header = *segment.header;
  const auto check_mark = [&findings](const char* what, std::uint32_t used, std::uint32_t limit) {
    if (used > limit) findings.add("header: %s ever used are %u, but the limit is %u", what, used, limit);
  };
  check_mark("processes", header.processes_used.load(std::memory_order_acquire), segment.limits.processes);
  check_mark("threads", header.threads_used.load(std::memory_order_acquire), segment.limits.threads);
  check_mark("objects", header.objects_used.load(std::memory_order_acquire), segment.limits.objects);
  check_mark("handles", header.handles_used.load(std::memory_order_acquire), segment.limits.handles);
  const std::string why = refusal(header, offsets_of(segment.limits).total);
  if (!why.empty()) findings.add("header: %s", why.c_str());
  check_lock(header.namespace_lock, "namespace lock", findings);
  check_lock(header.all_lock, "all-lock", findings);
}

std::vector<std::string> inconsistencies(const SegmentView& segment) {
  Findings findings;
  const Truth truth(segment);
  check_header(segment, findings);
  check_names(segment, findings);
  check_handles(segment, findings);
  check_free_lists(segment, findings);
  check_processes(segment, findings);
  check_threads(segment, truth, findings);
  check_objects(segment, truth, findings);
  check_queues(segment, truth, findings);
  return findings.take();
}

}  // namespace rtss::runtime::inspect
