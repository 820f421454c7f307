#include "runtime/inspect/segment_reader.h"

#include <algorithm>
#include <utility>

#include "runtime/segment/event.h"
#include "runtime/segment/mutex.h"
#include "runtime/segment/semaphore.h"

namespace rtss::runtime::inspect {

const ThreadRecord* occupant_thread(const SegmentView& segment, Identity identity) {
  const ThreadRecord* const thread = segment.thread(slot_of(identity));
  if (identity == 0 || thread == nullptr || !is_occupied(*thread)) return nullptr;
  return thread->identity.load(std::memory_order_acquire) == identity ? thread : nullptr;
}

const ProcessRecord* occupant_process(const SegmentView& segment, Identity identity) {
  const ProcessRecord* const process = segment.process(slot_of(identity));
  if (identity == 0 || process == nullptr || !is_occupied(*process)) return nullptr;
  return process->identity.load(std::memory_order_acquire) == identity ? process : nullptr;
}

std::uint32_t living_processes(const SegmentView& segment) {
  std::uint32_t living = 0;
  const std::uint32_t used = processes_used(segment);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const ProcessRecord& process = segment.processes[slot];
    living += is_occupied(process) && !is_dead(process.life) ? 1U : 0U;
  }
  return living;
}

std::string stored_name(const SegmentView& segment, std::uint32_t slot) {
  if (slot >= segment.limits.objects) return {};
  const ObjectInfo& info = segment.infos[slot];
  const std::uint32_t length = std::min(info.name_length.load(std::memory_order_acquire), kNameBytes - 1);
  std::string name(info.name.data(), length);
  if (const std::size_t nul = name.find('\0'); nul != std::string::npos) name.resize(nul);
  return name;
}

bool looks_signaled(Kind kind, Word word) {
  switch (kind) {
    case Kind::kMutex:
      return mutex::owner(word) == 0;
    case Kind::kSemaphore:
      return semaphore::is_signaled(word);
    case Kind::kEvent:
    case Kind::kThread:
    case Kind::kProcess:
      return event::is_set(word);
    default:
      return false;
  }
}

Identity owner_of(Kind kind, Word word) { return kind == Kind::kMutex ? mutex::owner(word) : 0; }

bool is_linked_at(const WaitBlock& block, std::uint32_t object_slot, std::uint32_t generation) {
  return block.word.load(std::memory_order_acquire) == make_block_word(BlockState::kLinked, object_slot, generation);
}

bool is_served_before(const WaitBlock& a, const WaitBlock& b) {
  const priority::Key key_a = a.key.load(std::memory_order_relaxed);
  const priority::Key key_b = b.key.load(std::memory_order_relaxed);
  if (key_a != key_b) return key_a > key_b;
  return a.ticket.load(std::memory_order_relaxed) < b.ticket.load(std::memory_order_relaxed);
}

namespace {

struct Place {  // a copy: what is sorted must not change meanwhile
  BlockRef ref;
  priority::Key key;
  Ticket ticket;
};

std::vector<BlockRef> in_order_of_service(std::vector<Place> places) {
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    if (a.key != b.key) return a.key > b.key;
    if (a.ticket != b.ticket) return a.ticket < b.ticket;
    return a.ref < b.ref;
  });
  std::vector<BlockRef> refs;
  refs.reserve(places.size());
  for (const Place& place : places) refs.push_back(place.ref);
  return refs;
}

}  // namespace

LinkedBlocks::LinkedBlocks(const SegmentView& segment) : by_object_(segment.limits.objects) {
  std::vector<std::vector<Place>> places(segment.limits.objects);
  const BlockRef end = threads_used(segment) * kBlocksPerThread;
  for (BlockRef ref = 0; ref < end; ++ref) {
    const WaitBlock& block = segment.blocks[ref];
    const BlockWord word = block.word.load(std::memory_order_acquire);
    const Object* const object = segment.object(block_object(word));
    if (block_state(word) != BlockState::kLinked || object == nullptr) continue;
    if (generation_of(object->word.load(std::memory_order_acquire)) != block_generation(word)) continue;
    places[block_object(word)].push_back({.ref = ref,
                                          .key = block.key.load(std::memory_order_relaxed),
                                          .ticket = block.ticket.load(std::memory_order_relaxed)});
  }
  for (std::uint32_t slot = 0; slot < segment.limits.objects; ++slot) {
    by_object_[slot] = in_order_of_service(std::move(places[slot]));
  }
}

std::optional<std::vector<BlockRef>> follow_queue(const SegmentView& segment, std::uint32_t object_slot) {
  const Object* const object = segment.object(object_slot);
  if (object == nullptr) return std::nullopt;
  const std::uint32_t generation = generation_of(object->word.load(std::memory_order_acquire));
  const std::size_t pool = static_cast<std::size_t>(segment.limits.threads) * kBlocksPerThread;
  std::vector<BlockRef> queue;
  BlockRef previous = kNoSlot;
  BlockRef ref = object->head.load(std::memory_order_acquire);
  while (ref != kNoSlot) {
    const WaitBlock* const block = segment.block(ref);
    if (block == nullptr || queue.size() == pool || !is_linked_at(*block, object_slot, generation) ||
        block->previous.load(std::memory_order_acquire) != previous) {
      return std::nullopt;
    }
    queue.push_back(ref);
    previous = ref;
    ref = block->next.load(std::memory_order_acquire);
  }
  return queue;
}

BlockRef top_lender(const std::vector<BlockRef>& queue, Identity owner) {
  const auto lends = [owner](BlockRef ref) { return thread_of(ref) != slot_of(owner); };
  const auto top = std::find_if(queue.begin(), queue.end(), lends);
  return top == queue.end() ? kNoSlot : *top;
}

namespace {

template <typename Story, std::size_t kWords>
Longest<Story> read_longest(const std::atomic<std::uint64_t>& length,
                            const std::array<std::atomic<std::uint64_t>, kWords>& story,
                            const std::atomic<std::uint64_t>& check, std::uint32_t generation) {
  constexpr int kAttempts = 4;  // it may be told just now
  Longest<Story> longest;
  for (int attempt = 0; attempt < kAttempts && !longest.story; ++attempt) {
    const std::uint64_t seen = length.load(std::memory_order_acquire);
    const bool is_this_objects = make_length(generation, length_ns(seen)) == seen;
    longest.ns = is_this_objects ? length_ns(seen) : 0;
    if (longest.ns == 0) break;
    longest.story = told<Story>(story, check, generation, seen);
  }
  return longest;
}

}  // namespace

Longest<WaitStory> longest_wait(const SegmentView& segment, std::uint32_t slot, std::uint32_t generation) {
  const Recorder& recorder = segment.recorders[slot];
  return read_longest<WaitStory>(recorder.wait_length, recorder.wait_story, recorder.wait_check, generation);
}

Longest<HoldStory> longest_hold(const SegmentView& segment, std::uint32_t slot, std::uint32_t generation) {
  const Recorder& recorder = segment.recorders[slot];
  return read_longest<HoldStory>(recorder.hold_length, recorder.hold_story, recorder.hold_check, generation);
}

}  // namespace rtss::runtime::inspect
