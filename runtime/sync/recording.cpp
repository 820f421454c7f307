#include "runtime/sync/recording.h"

#include <algorithm>

#include "platform/counter.h"
#include "platform/probe.h"
#include "platform/steps.h"
#include "priority/inheritance.h"
#include "runtime/sync/queue.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr ThreadNote kNoThread{};

ThreadNote note_of(const ThreadRecord& thread) {
  const std::array<std::uint64_t, 2> name{thread.name[0].load(kRelaxed), thread.name[1].load(kRelaxed)};
  return {.pid = thread.pid.load(kRelaxed),
          .tid = thread.tid.load(kRelaxed),
          .name = std::bit_cast<std::array<char, kThreadNameBytes>>(name)};
}

ThreadNote note_of_identity(const SegmentView& view, Identity identity) {
  const ThreadRecord* const thread = occupant(view, identity);
  return thread != nullptr ? note_of(*thread) : kNoThread;
}

// The owner of the first mutex that a thread is queued on; 0: it waits for none.
Identity waits_for(const SegmentView& view, const ThreadRecord& thread) {
  if (park_state(thread.park.load(kRelaxed)) != Park::kWaiting) return 0;
  const std::uint32_t count = std::min(thread.block_count.load(kRelaxed), kBlocksPerThread);
  for (std::uint32_t i = 0; i < count; ++i) {
    const BlockWord word = view.block(make_block_ref(view.slot_of_thread(thread), i))->word.load(kRelaxed);
    const Object* const object = view.object(block_object(word));
    if (block_state(word) != BlockState::kLinked || object == nullptr || kind_of(*object) != Kind::kMutex) continue;
    if (const Identity owner = mutex::owner(object->word.load(kRelaxed)); owner != 0) return owner;
  }
  return 0;
}

// A look without locks, cut off where it is long enough.
std::uint16_t depth_of_chain(const SegmentView& view, Identity owner) {
  constexpr std::uint16_t kDeepest = 16;
  std::uint16_t depth = 0;
  while (owner != 0 && depth < kDeepest) {
    ++depth;
    const ThreadRecord* const thread = occupant(view, owner);
    owner = thread != nullptr ? waits_for(view, *thread) : 0;
  }
  return depth;
}

Recorder& recorder_of(const SegmentView& view, const Object& object) {
  return view.recorders[view.slot_of_object(object)];
}

// Two processors may look at their counters in either order.
std::uint64_t between(std::uint64_t earlier_ns, std::uint64_t later_ns) {
  return later_ns > earlier_ns ? later_ns - earlier_ns : 0;
}

// CLOCK_MONOTONIC at a time of the counter.
std::uint64_t monotonic_at(const SegmentView& view, std::uint64_t counter_ns) {
  return platform::monotonic_ns() - between(counter_ns, platform::counter_ns(view.counter_scale));
}

// The holder comes last: a death between the two leaves a hold that is not timed, not one with another's start.
void begin_hold(Recorder& recorder, Identity owner, std::uint64_t now_ns) {
  recorder.hold_since_ns.store(now_ns, kRelaxed);
  recorder.holder.store(owner, std::memory_order_release);
}

void record_hold(const SegmentView& view, const Object& object, std::uint64_t now_ns) {
  Recorder& recorder = recorder_of(view, object);
  const Identity owner = recorder.holder.load(kRelaxed);
  const ThreadRecord* const thread = occupant(view, owner);
  if (thread == nullptr) return;
  const std::uint32_t generation = generation_of(object.word.load(kRelaxed));
  const std::uint64_t held_ns = between(recorder.hold_since_ns.load(kRelaxed), now_ns);
  RTSS_PROBE(hold_ended, view.slot_of_object(object), thread->tid.load(kRelaxed), held_ns);
  if (!raise(recorder.hold_length, generation, held_ns)) return;
  RTSS_STEP("hold.raised");
  const HoldStory story{
      .ended_ns = monotonic_at(view, now_ns), .owner = note_of(*thread), .key = effective_key(thread->boost)};
  tell(recorder.hold_story, recorder.hold_check, story, generation, held_ns);
}

}  // namespace

void note_queued(const SegmentView& view, const ObjectRef& ref, Identity waiter, std::uint32_t index,
                 WaitNotes& notes) {
  Recorder& recorder = view.recorders[ref.slot];
  WaitNotes::At& at = notes.at[index];
  at = {};
  view.block(make_block_ref(slot_of(waiter), index))->served.store(recorder.served.load(kRelaxed), kRelaxed);
  const Word word = ref.object->word.load(kRelaxed);
  const Identity owner = kind_of(*ref.object) == Kind::kMutex ? mutex::owner(word) : 0;
  if (queue::is_empty(*ref.object)) recorder.holder.store(0, kRelaxed);
  if (owner != 0 && owner != waiter) {  // an owner that waits for its own mutex keeps no other thread waiting by that
    if (recorder.holder.load(kRelaxed) != owner) begin_hold(recorder, owner, notes.queued_ns);
    at.owner = note_of_identity(view, owner);
    at.depth = depth_of_chain(view, owner);
  }
  RTSS_PROBE(wait_queued, ref.slot, at.owner.tid, at.depth);
}

void note_granted(Operation& operation, Object& object, BlockRef ref, bool abandoned) {
  const SegmentView& view = operation.view();
  Recorder& recorder = recorder_of(view, object);
  ThreadRecord& waiter = view.threads[thread_of(ref)];
  WaitBlock& block = *view.block(ref);
  const std::uint64_t now_ns = operation.now_ns();
  const std::uint32_t served = recorder.served.load(kRelaxed);
  const Identity self = operation.self() != nullptr ? operation.self()->identity : 0;
  const ThreadNote granter = note_of_identity(view, abandoned ? recorder.holder.load(kRelaxed) : self);
  const auto words = std::bit_cast<StoryWords<ThreadNote>>(granter);
  for (std::size_t i = 0; i < words.size(); ++i) waiter.granter[i].store(words[i], kRelaxed);
  waiter.granted_ns.store(now_ns, kRelaxed);
  block.served.store(served - block.served.load(kRelaxed), kRelaxed);
  recorder.served.store(served + 1, kRelaxed);
  if (kind_of(object) == Kind::kMutex) begin_hold(recorder, waiter.identity.load(kRelaxed), now_ns);
  RTSS_PROBE(wait_granted, view.slot_of_object(object), waiter.tid.load(kRelaxed), granter.tid);
}

void note_repaired(Operation& operation, Object& object, BlockRef ref) {
  const SegmentView& view = operation.view();
  ThreadRecord& waiter = view.threads[thread_of(ref)];
  waiter.granted_ns.store(0, kRelaxed);  // when, and by which thread, died with the granter
  view.block(ref)->served.store(0, kRelaxed);
  if (kind_of(object) == Kind::kMutex)
    begin_hold(recorder_of(view, object), waiter.identity.load(kRelaxed), operation.now_ns());
}

void note_taken(Operation& operation, Object& object, Identity who) {
  if (queue::is_empty(object)) return;
  Recorder& recorder = recorder_of(operation.view(), object);
  recorder.served.store(recorder.served.load(kRelaxed) + 1, kRelaxed);
  if (kind_of(object) == Kind::kMutex) begin_hold(recorder, who, operation.now_ns());
}

void note_released(Operation& operation, Object& object, Identity owner) {
  if (queue::is_empty(object)) return;
  if (recorder_of(operation.view(), object).holder.load(kRelaxed) != owner) return;  // a death, or damage
  record_hold(operation.view(), object, operation.now_ns());
}

void note_given_up(Operation& operation, Object& object) {
  if (kind_of(object) != Kind::kMutex || !queue::is_empty(object)) return;
  const Identity owner = mutex::owner(object.word.load(kRelaxed));
  if (owner == 0 || recorder_of(operation.view(), object).holder.load(kRelaxed) != owner) return;
  record_hold(operation.view(), object, operation.now_ns());
}

void note_ended(const SegmentView& view, const ThreadState& self, std::uint32_t index, BlockWord block,
                std::uint64_t ended_ns, const WaitNotes& notes) {
  const ThreadRecord& thread = *self.record;
  const std::uint32_t park = thread.park.load(kRelaxed);
  const std::uint64_t waited_ns = between(notes.queued_ns, ended_ns);
  const std::uint32_t generation = block_generation(block);
  Recorder& recorder = view.recorders[block_object(block)];
  const bool in_vain = park_state(park) == Park::kCancelled;
  RTSS_PROBE(wait_ended, block_object(block), waited_ns, in_vain ? 1 : 0);
  if (!raise(recorder.wait_length, generation, waited_ns)) return;
  RTSS_STEP("wait.raised");
  const std::uint32_t served = self.blocks[index].served.load(kRelaxed);
  WaitStory story{.ended_ns = monotonic_at(view, ended_ns),
                  .granted_ns = 0,
                  .waiter = note_of(thread),
                  .owner = notes.at[index].owner,
                  .granter = kNoThread,
                  .served = served,
                  .depth = notes.at[index].depth,
                  .key = self.blocks[index].key.load(kRelaxed),
                  .end = WaitEnd::kInVain};
  if (in_vain) {
    story.served = recorder.served.load(kRelaxed) - served;
  } else {
    const bool abandoned = (park & kParkAbandoned) != 0 && kind_of(view.objects[block_object(block)]) == Kind::kMutex;
    story.end = abandoned ? WaitEnd::kAbandoned : WaitEnd::kGranted;
    if (const std::uint64_t granted_ns = thread.granted_ns.load(kRelaxed); granted_ns != 0) {
      story.granted_ns = story.ended_ns - std::min(between(granted_ns, ended_ns), waited_ns);
      StoryWords<ThreadNote> words{};
      for (std::size_t i = 0; i < words.size(); ++i) words[i] = thread.granter[i].load(kRelaxed);
      story.granter = std::bit_cast<ThreadNote>(words);
    }
  }
  tell(recorder.wait_story, recorder.wait_check, story, generation, waited_ns);
}

}  // namespace rtss::runtime
