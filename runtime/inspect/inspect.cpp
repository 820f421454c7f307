#include "runtime/inspect/inspect.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>

#include "platform/clock.h"
#include "platform/process_identity.h"
#include "platform/shared_file.h"
#include "runtime/inspect/segment_reader.h"
#include "runtime/segment/namespace_path.h"
#include "runtime/segment/object.h"

namespace rtss::runtime::inspect {

namespace {

constexpr int kReadAttempts = 4;  // of an object that gets another occupant or owner while it is read

void describe_owner(const SegmentView& segment, Identity owner, ObjectView& view) {
  view.owner_slot = slot_of(owner);
  const ThreadRecord* const thread = occupant_thread(segment, owner);
  if (thread == nullptr) return;
  view.owner_pid = thread->pid.load(std::memory_order_relaxed);
  view.owner_tid = thread->tid.load(std::memory_order_relaxed);
}

void describe_state(const SegmentView& segment, const Object& object, Word word, ObjectView& view) {
  const std::uint32_t state = state_of(word);
  view.signaled = looks_signaled(view.kind, word);
  switch (view.kind) {
    case Kind::kMutex:
      view.abandoned = (state & kAbandoned) != 0;
      if (view.signaled) break;
      describe_owner(segment, owner_of(view.kind, word), view);
      view.recursion = static_cast<std::int32_t>(object.recursion.load(std::memory_order_relaxed) + 1);
      if (object.boost.owner.load(std::memory_order_acquire) == owner_of(view.kind, word)) {
        view.lent_level = priority::level_of_key(object.boost.key.load(std::memory_order_relaxed));
      }
      break;
    case Kind::kSemaphore:
      view.count = static_cast<std::int32_t>(state & kCountMask);
      view.maximum = static_cast<std::int32_t>(semaphore_maximum(object));
      break;
    default:
      view.manual_reset = object.manual_reset.load(std::memory_order_relaxed) != 0;
  }
}

void describe_info(const ObjectInfo& info, ObjectView& view) {
  if (view.kind == Kind::kSharedMemory) {
    view.size = memory_bytes(info);
    view.file = memory_file(info);
  } else if (view.kind == Kind::kThread || view.kind == Kind::kProcess) {
    const std::uint64_t ids = task_ids(info).load(std::memory_order_relaxed);
    view.owner_pid = static_cast<std::int32_t>(ids >> 32);
    view.owner_tid = static_cast<std::int32_t>(ids);
  }
}

Waiter describe_waiter(const SegmentView& segment, BlockRef ref) {
  const ThreadRecord& thread = segment.threads[thread_of(ref)];
  const WaitBlock& block = segment.blocks[ref];
  return {.thread_slot = thread_of(ref),
          .pid = thread.pid.load(std::memory_order_relaxed),
          .tid = thread.tid.load(std::memory_order_relaxed),
          .level = priority::level_of_key(block.key.load(std::memory_order_relaxed)),
          .wait_all = block.wait_all.load(std::memory_order_relaxed) != 0,
          .since_ms = thread.waiting_since_ms.load(std::memory_order_relaxed)};
}

// Reads objects; finds the linked blocks the slow way at most once, for queues whose links are in flux or broken.
class ObjectReader {
 public:
  explicit ObjectReader(const SegmentView& segment) : segment_(segment) {}

  std::optional<ObjectView> read(std::uint32_t slot) {
    const Object* const object = segment_.object(slot);
    if (object == nullptr) return std::nullopt;
    ObjectView view{};
    for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
      const Word before = object->word.load(std::memory_order_acquire);
      view = read_once(*object, slot, before);
      const Word after = object->word.load(std::memory_order_acquire);
      if (generation_of(before) == generation_of(after) && owner_of(view.kind, before) == owner_of(view.kind, after)) {
        break;
      }
    }
    if (view.kind == Kind::kFree || !is_known(view.kind)) return std::nullopt;
    return view;
  }

 private:
  ObjectView read_once(const Object& object, std::uint32_t slot, Word word) {
    ObjectView view{};
    view.slot = slot;
    view.generation = generation_of(word);
    view.kind = object.kind.load(std::memory_order_acquire);
    view.owner_slot = kNoSlot;
    view.lent_level = -1;
    if (object.named.load(std::memory_order_acquire) != 0) view.name = stored_name(segment_, slot);
    view.references = object.references.load(std::memory_order_relaxed);
    view.pinned = object.pinned.load(std::memory_order_relaxed) != 0;
    view.orphan = object.orphan.load(std::memory_order_relaxed) != 0;
    view.contentions = object.contentions.load(std::memory_order_relaxed);
    view.longest_wait = longest_wait(segment_, slot, view.generation);
    view.longest_hold = longest_hold(segment_, slot, view.generation);
    describe_info(segment_.infos[slot], view);
    describe_state(segment_, object, word, view);
    if ((state_of(word) & kSlow) == 0) return view;  // no block is queued
    for (const BlockRef ref : queue(slot)) {
      if (!is_dead(segment_.threads[thread_of(ref)].life)) view.waiters.push_back(describe_waiter(segment_, ref));
    }
    return view;
  }

  std::vector<BlockRef> queue(std::uint32_t slot) {
    for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
      if (auto followed = follow_queue(segment_, slot)) return *std::move(followed);
    }
    if (!linked_) linked_.emplace(segment_);
    return linked_->at(slot);
  }

  const SegmentView& segment_;
  std::optional<LinkedBlocks> linked_;
};

// The owner of the mutex this block is queued on, if this wait's level is donated to it.
Identity owner_lent_to(const SegmentView& segment, BlockRef ref, std::uint32_t object_slot) {
  const Object& object = segment.objects[object_slot];
  const Word word = object.word.load(std::memory_order_acquire);
  const Identity owner = owner_of(object.kind.load(std::memory_order_acquire), word);
  if (occupant_thread(segment, owner) == nullptr) return 0;
  if (object.boost.owner.load(std::memory_order_acquire) != owner) return 0;
  if (object.boost.key.load(std::memory_order_relaxed) != segment.blocks[ref].key.load(std::memory_order_relaxed)) {
    return 0;
  }
  const auto queue = follow_queue(segment, object_slot);
  const bool lends = queue && !queue->empty() && top_lender(*queue, owner) == ref;
  return lends ? owner : 0;
}

void describe_wait(const SegmentView& segment, const ThreadRecord& thread, ThreadView& view) {
  const std::uint32_t park = thread.park.load(std::memory_order_acquire);
  if (park_state(park) != Park::kWaiting) return;
  const std::uint32_t count = std::min(thread.block_count.load(std::memory_order_acquire), kBlocksPerThread);
  for (std::uint32_t index = 0; index < count; ++index) {
    const BlockRef ref = make_block_ref(view.slot, index);
    const BlockWord word = segment.blocks[ref].word.load(std::memory_order_acquire);
    const Object* const object = segment.object(block_object(word));
    if (block_state(word) != BlockState::kLinked || object == nullptr) continue;
    view.blocked_on.push_back(block_object(word));
    if (segment.blocks[ref].wait_all.load(std::memory_order_relaxed) != 0) view.wait_all = true;
    if (const Identity owner = owner_lent_to(segment, ref, block_object(word)); owner != 0) {
      view.boosts.push_back(slot_of(owner));
    }
  }
  view.blocked =
      count > 0 && view.blocked_on.size() == count && !view.dead && thread.park.load(std::memory_order_acquire) == park;
  view.since_ms = thread.waiting_since_ms.load(std::memory_order_relaxed);
}

ThreadView describe_thread(const SegmentView& segment, std::uint32_t slot) {
  const ThreadRecord& thread = segment.threads[slot];
  ThreadView view{};
  view.slot = slot;
  view.pid = thread.pid.load(std::memory_order_relaxed);
  view.tid = thread.tid.load(std::memory_order_relaxed);
  view.base_level = priority::level_of_key(thread.boost.base.load(std::memory_order_relaxed));
  view.effective_level = priority::level_of_key(thread.boost.effective.load(std::memory_order_relaxed));
  view.dead = is_dead(thread.life);
  view.level_set = thread.boost.level_set.load(std::memory_order_relaxed) != 0;
  view.owned = thread.owned.load(std::memory_order_relaxed);
  describe_wait(segment, thread, view);
  return view;
}

std::string cannot_open(const char* path, int error) {
  std::string text = std::string(path) + ": ";
  if (error == ENOENT) return text + "there is no such namespace (it is made by its first process)";
  if (error == ELOOP) return text + "refused, it is a symbolic link";
  return text + std::strerror(error);
}

}  // namespace

std::string refusal(const Header& header, std::uint64_t file_bytes) {
  if (file_bytes < sizeof(Header)) return "too small for a namespace";
  if (header.magic != kMagic) return "not a namespace";
  if (header.version != kLayoutVersion) {
    return "layout version " + std::to_string(header.version) + ", this program reads version " +
           std::to_string(kLayoutVersion);
  }
  if (header.header_bytes != sizeof(Header) || header.layout_hash != layout_hash()) {
    return "made by a build with another layout of the same version";
  }
  if (!are_sane(header.limits)) return "its limits are damaged";
  if (header.total_bytes != offsets_of(header.limits).total) return "its size does not follow from its limits";
  if (file_bytes != header.total_bytes) return "truncated or grown";
  if (header.inheritance > Inheritance::kOff ||
      !priority::is_valid({.low = header.window_low, .high = header.window_high})) {
    return "its settings are damaged";
  }
  return {};
}

std::optional<View> View::open(std::string_view name, std::string* error, Access access) {
  char path[kNamespacePathBytes] = {};
  if (!namespace_path(name.empty() ? kDefaultNamespace : name, path, sizeof path)) {
    *error = '"';
    error->append(printable(name)).append("\" is ").append(kNotANamespaceName);
    return std::nullopt;
  }
  // O_NONBLOCK: a FIFO planted at the path must not hold us.
  const int mode = access == Access::kRead ? O_RDONLY : O_RDWR;
  const platform::Descriptor file = platform::open_file(path, mode | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0) {
    *error = cannot_open(path, errno);
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) {
    *error = std::string(path) + ": refused, it is not a regular file";
    return std::nullopt;
  }
  // Judged from a copy, so that what was checked is what is used.
  alignas(Header) std::byte bytes[sizeof(Header)] = {};
  const Header& header = *reinterpret_cast<const Header*>(bytes);
  const ssize_t length = pread(file.get(), bytes, sizeof bytes, 0);
  std::string why = length == sizeof bytes ? refusal(header, static_cast<std::uint64_t>(status.st_size))
                                           : "too small for a namespace";
  if (why.empty() && platform::boot_of(file, header.boot_id) == platform::Boot::kEarlier) {
    why = "made before the last boot; the next program that uses the namespace replaces it";
  }
  if (!why.empty()) {
    *error = std::string(path) + ": refused, " + why;
    return std::nullopt;
  }
  const std::uint64_t size = header.total_bytes;
  const int protection = access == Access::kRead ? PROT_READ : PROT_READ | PROT_WRITE;
  void* const base = mmap(nullptr, size, protection, MAP_SHARED, file.get(), 0);
  if (base == MAP_FAILED) {
    *error = cannot_open(path, errno);
    return std::nullopt;
  }
  SegmentView mapped = SegmentView::over(base, header.limits);
  std::copy(std::begin(path), std::end(path), mapped.path.begin());
  const std::shared_ptr<const SegmentView> segment(new SegmentView(mapped), [base, size](const SegmentView* last) {
    delete last;
    munmap(base, size);
  });
  return View(segment, path);
}

std::optional<View> View::current(std::string* error, Access access) {
  return open(selected_namespace(), error, access);
}

View View::over(const SegmentView& segment) { return {std::make_shared<const SegmentView>(segment), {}}; }

NamespaceView View::info() const {
  const Header& header = *segment_->header;
  const Limits& limits = segment_->limits;
  NamespaceView view{};
  view.version = header.version;
  view.bytes = offsets_of(limits).total;
  view.creator_uid = header.creator_uid;
  view.group = header.group != 0;
  view.boot_id.assign(header.boot_id.data(), strnlen(header.boot_id.data(), header.boot_id.size()));
  view.pid_namespace = header.pid_namespace;
  view.inheritance = segment_->inheritance;
  view.window = segment_->window;
  view.names_per_kind = segment_->names_per_kind;
  view.refused_boosts = header.refused_boosts.load(std::memory_order_relaxed);
  view.walk_truncated = header.walk_truncated.load(std::memory_order_relaxed);
  view.deaths_swept = header.deaths_swept.load(std::memory_order_relaxed);
  const auto count = [](std::uint32_t used, auto&& predicate) {
    std::uint32_t found = 0;
    for (std::uint32_t slot = 0; slot < used; ++slot) found += predicate(slot) ? 1U : 0U;
    return found;
  };
  const auto usage = [&count](std::uint32_t used, std::uint32_t limit, auto&& in_use) {
    return Usage{.in_use = count(used, in_use), .ever_used = used, .limit = limit};
  };
  const SegmentView& s = *segment_;
  view.processes =
      usage(processes_used(s), limits.processes, [&](auto slot) { return is_occupied(s.processes[slot]); });
  view.threads = usage(threads_used(s), limits.threads, [&](auto slot) { return is_occupied(s.threads[slot]); });
  view.objects = usage(objects_used(s), limits.objects,
                       [&](auto slot) { return s.objects[slot].kind.load(std::memory_order_relaxed) != Kind::kFree; });
  view.handles = usage(handles_used(s), limits.handles,
                       [&](auto entry) { return s.handles[entry].check.load(std::memory_order_relaxed) >> 32 != 0; });
  view.unswept = count(processes_used(s), [&](auto slot) { return is_dead(s.processes[slot].life); }) +
                 count(threads_used(s), [&](auto slot) { return is_dead(s.threads[slot].life); });
  view.living = living_processes(s);
  return view;
}

std::vector<ObjectView> View::objects() const {
  std::vector<ObjectView> views;
  ObjectReader reader(*segment_);
  const std::uint32_t used = objects_used(*segment_);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    if (segment_->objects[slot].kind.load(std::memory_order_acquire) == Kind::kFree) continue;
    if (auto view = reader.read(slot)) views.push_back(*std::move(view));
  }
  return views;
}

std::optional<ObjectView> View::object(std::string_view name, Kind kind) const {
  const std::uint32_t used = objects_used(*segment_);
  for (std::uint32_t slot = 0; slot < used && !name.empty(); ++slot) {
    const Object& object = segment_->objects[slot];
    const Kind its_kind = object.kind.load(std::memory_order_acquire);
    if (its_kind == Kind::kFree || object.named.load(std::memory_order_acquire) == 0) continue;
    if (kind != Kind::kFree && kind != its_kind) continue;
    if (stored_name(*segment_, slot) != name) continue;
    if (auto view = object_at(slot); view && view->name == name) return view;
  }
  return std::nullopt;
}

std::optional<ObjectView> View::object_at(std::uint32_t slot) const { return ObjectReader(*segment_).read(slot); }

std::vector<Holder> View::holders(const ObjectView& object) const {
  const std::uint64_t target = static_cast<std::uint64_t>(object.generation) << 32 | object.slot;
  std::vector<std::uint32_t> handles(segment_->limits.processes);
  const std::uint32_t entries = handles_used(*segment_);
  for (std::uint32_t entry = 0; entry < entries; ++entry) {
    const auto owner = static_cast<Identity>(segment_->handles[entry].check.load(std::memory_order_acquire) >> 32);
    if (owner == 0 || slot_of(owner) >= handles.size()) continue;
    if (segment_->handles[entry].target.load(std::memory_order_relaxed) == target) ++handles[slot_of(owner)];
  }
  std::vector<Holder> holders;
  for (std::uint32_t slot = 0; slot < handles.size(); ++slot) {
    const std::int32_t pid = segment_->processes[slot].pid.load(std::memory_order_relaxed);
    if (handles[slot] != 0) holders.push_back({.pid = pid, .handles = handles[slot]});
  }
  return holders;
}

std::vector<ThreadView> View::threads() const {
  std::vector<ThreadView> views;
  const std::uint32_t used = threads_used(*segment_);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    if (is_occupied(segment_->threads[slot])) views.push_back(describe_thread(*segment_, slot));
  }
  return views;
}

std::optional<ThreadView> View::thread(std::int32_t tid) const {
  std::optional<ThreadView> dead;
  const std::uint32_t used = threads_used(*segment_);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const ThreadRecord& thread = segment_->threads[slot];
    if (!is_occupied(thread) || thread.tid.load(std::memory_order_relaxed) != tid) continue;
    ThreadView view = describe_thread(*segment_, slot);
    if (!view.dead) return view;
    dead = std::move(view);
  }
  return dead;
}

std::vector<ProcessView> View::processes() const {
  std::vector<std::uint32_t> handles(segment_->limits.processes);
  const std::uint32_t entries = handles_used(*segment_);
  for (std::uint32_t entry = 0; entry < entries; ++entry) {
    const auto owner = static_cast<Identity>(segment_->handles[entry].check.load(std::memory_order_acquire) >> 32);
    if (owner != 0 && slot_of(owner) < handles.size()) ++handles[slot_of(owner)];
  }
  std::vector<ProcessView> views;
  const std::uint32_t used = processes_used(*segment_);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const ProcessRecord& process = segment_->processes[slot];
    const std::int32_t pid = process.pid.load(std::memory_order_acquire);
    if (pid == 0) continue;
    views.push_back({.slot = slot, .pid = pid, .handles = handles[slot], .dead = is_dead(process.life)});
  }
  return views;
}

void View::forget_longest(const ObjectView& object) const {
  lower_length(segment_->recorders[object.slot].wait_length, object.generation);
  lower_length(segment_->recorders[object.slot].hold_length, object.generation);
}

std::uint32_t View::waited_ms(std::uint32_t since_ms) { return platform::coarse_ms() - since_ms; }

}  // namespace rtss::runtime::inspect
