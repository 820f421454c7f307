#include "tests/inspect/image.h"

#include <cstdlib>
#include <cstring>

#include "runtime/segment/name_hash.h"
#include "tests/support/object_word.h"

namespace rtss::test {

using namespace runtime;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::size_t kAlignment = 128;
constexpr std::int32_t kReaperTid = 9000;

std::byte* zeroed(std::size_t size) {
  const std::size_t whole = (size + kAlignment - 1) / kAlignment * kAlignment;
  auto* const memory = static_cast<std::byte*>(std::aligned_alloc(kAlignment, whole));
  std::memset(memory, 0, whole);
  return memory;
}

void write_header(Header& header, const Limits& limits) {
  header.magic = kMagic;
  header.version = kLayoutVersion;
  header.header_bytes = sizeof(Header);
  header.layout_hash = layout_hash();
  header.total_bytes = offsets_of(limits).total;
  header.boot_id = platform::boot_id();
  header.pid_namespace = platform::pid_namespace();
  header.creator_uid = 1000;
  header.limits = limits;
  header.window_low = 1;
  header.window_high = 98;
  header.free_object = kNoSlot;
  header.free_handle_head = kNoSlot;
  header.free_handle_tail = kNoSlot;
}

}  // namespace

void Image::Free::operator()(std::byte* memory) const { std::free(memory); }

Image::Image(const Limits& limits) : size_(offsets_of(limits).total), memory_(zeroed(size_)) {
  write_header(*reinterpret_cast<Header*>(memory_.get()), limits);
  view_ = SegmentView::over(memory_.get(), limits);
  for (std::uint32_t i = 0; i < limits.processes; ++i) {
    process(i).identity = make_identity(i, 1);
    process(i).object = kNoSlot;
  }
  for (std::uint32_t i = 0; i < limits.threads; ++i) {
    thread(i).identity = make_identity(i, 1);
    thread(i).object = kNoSlot;
  }
  for (std::uint32_t i = 0; i < limits.objects; ++i) {
    set_word(object(i).word, make_word(1, 0));
    object(i).head = kNoSlot;
    object(i).tail = kNoSlot;
    object(i).next = kNoSlot;
  }
  for (std::uint32_t i = 0; i <= view_.bucket_mask; ++i) view_.buckets[i] = kNoSlot;
}

std::uint32_t Image::add_process(std::int32_t pid) {
  const std::uint32_t slot = header().processes_used++;
  process(slot).pid = pid;
  process(slot).life.word() = kReaperTid;
  return slot;
}

std::uint32_t Image::add_thread(std::uint32_t process, std::int32_t tid, int level) {
  const std::uint32_t slot = header().threads_used++;
  ThreadRecord& record = thread(slot);
  record.process = this->process(process).identity.load();
  record.pid = this->process(process).pid.load();
  record.tid = tid;
  record.life.word() = static_cast<std::uint32_t>(tid);
  record.boost.base = priority::key_of_level(level);
  record.boost.effective = priority::key_of_level(level);
  record.boost.level_set = 1;
  return slot;
}

std::uint32_t Image::add_object(Kind kind, std::string_view name, std::uint32_t state) {
  const std::uint32_t slot = header().objects_used++;
  Object& made = object(slot);
  set_word(made.word, make_word(7, state));
  made.kind = kind;
  if (kind == Kind::kSemaphore) made.kind_word = 5;
  if (!name.empty()) {
    std::memcpy(info(slot).name.data(), name.data(), name.size());
    info(slot).name_length = static_cast<std::uint32_t>(name.size());
    made.named = 1;
    link_name(slot);
  }
  return slot;
}

std::uint32_t Image::add_handle(std::uint32_t process, std::uint32_t object) {
  constexpr std::uint32_t kFirstGeneration = 1U << 18;
  const std::uint32_t entry = header().handles_used++;
  const std::uint64_t generation = generation_of(this->object(object).word.load());
  handle(entry).target = generation << 32 | object;
  handle(entry).check = make_check(this->process(process).identity, kFirstGeneration | entry << 2);
  ++this->object(object).references;
  return entry;
}

void Image::own(std::uint32_t mutex, std::uint32_t thread, std::uint32_t nested) {
  set_state(mutex, this->thread(thread).identity);
  object(mutex).recursion = nested;
  ++this->thread(thread).owned;
}

void Image::wait(std::uint32_t thread, std::initializer_list<std::uint32_t> objects, bool all) {
  ThreadRecord& waiter = this->thread(thread);
  waiter.block_count = static_cast<std::uint32_t>(objects.size());
  waiter.park = park_word(Park::kWaiting);
  std::uint32_t index = 0;
  for (const std::uint32_t slot : objects) {
    WaitBlock& block = this->block(thread, index);
    block.key = waiter.boost.effective.load();
    block.wait_all = all ? 1 : 0;
    block.ticket = object(slot).next_ticket++;
    block.word = make_block_word(BlockState::kLinked, slot, generation_of(object(slot).word.load()));
    object(slot).all_hint += all ? 1 : 0;
    ++object(slot).contentions;
    set_state(slot, kSlow);
    queue(slot, make_block_ref(thread, index++));
  }
}

void Image::queue(std::uint32_t object, BlockRef ref) const {
  Object& queued_on = this->object(object);
  WaitBlock& block = *view_.block(ref);
  BlockRef previous = kNoSlot;
  BlockRef next = queued_on.head;
  while (next != kNoSlot && view_.block(next)->key.load() >= block.key.load()) {
    previous = next;
    next = view_.block(next)->next;
  }
  block.previous = previous;
  block.next = next;
  (previous == kNoSlot ? queued_on.head : view_.block(previous)->next) = ref;
  (next == kNoSlot ? queued_on.tail : view_.block(next)->previous) = ref;
}

void Image::lend(std::uint32_t mutex) {
  const priority::Key key = view_.block(object(mutex).head)->key;
  const Identity owner = state_of(object(mutex).word.load()) & kOwnerMask;
  object(mutex).boost.owner = owner;
  object(mutex).boost.key = key;
  priority::ThreadBoost& boost = thread(slot_of(owner)).boost;
  ++boost.donations[key];
  if (key > boost.effective.load()) boost.effective = key;
}

void Image::orphan(std::uint32_t object) {
  this->object(object).orphan = 1;
  set_state(object, kSlow);
}

void Image::free_object(std::uint32_t object) {
  this->object(object).kind = Kind::kFree;
  set_word(this->object(object).word, make_word(8, 0));
  this->object(object).next = header().free_object.load();
  header().free_object = object;
}

void Image::free_handle(std::uint32_t entry) {
  --object(static_cast<std::uint32_t>(handle(entry).target)).references;
  handle(entry).check = static_cast<std::uint32_t>(handle(entry).check);
  handle(entry).target = kNoSlot;
  const std::uint32_t tail = header().free_handle_tail;
  if (tail != kNoSlot)
    handle(tail).target = entry;
  else
    header().free_handle_head = entry;
  header().free_handle_tail = entry;
}

std::atomic<std::uint32_t>& Image::bucket_of(std::string_view name) const {
  return view_.buckets[bucket_index(name, view_.bucket_mask)];
}

void Image::link_name(std::uint32_t object) const {
  std::atomic<std::uint32_t>& bucket = bucket_of(info(object).name.data());
  this->object(object).next = bucket.load();
  bucket = object;
}

void Image::unlink_name(std::uint32_t object) const {
  std::atomic<std::uint32_t>* link = &bucket_of(info(object).name.data());
  while (*link != object) link = &this->object(*link).next;
  *link = this->object(object).next.load();
}

void Image::rename(std::uint32_t object, std::string_view name) const {
  if (this->object(object).named.exchange(1) != 0) unlink_name(object);
  info(object).name.fill('\0');
  std::memcpy(info(object).name.data(), name.data(), name.size());
  info(object).name_length = static_cast<std::uint32_t>(name.size());
  link_name(object);
}

}  // namespace rtss::test
