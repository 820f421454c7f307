// A namespace in plain memory, with threads that exist only as records.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/names/handle_table.h"
#include "runtime/segment/create_segment.h"
#include "runtime/sync/operations.h"
#include "runtime/sync/queue.h"
#include "runtime/sync/slow_path.h"
#include "runtime/sync/wait.h"

namespace rtss::runtime {

class Engine : public testing::Test {
 protected:
  Engine() : Engine(NamespaceOptions{.limits = {.processes = 2, .threads = 8, .objects = 8, .handles = 8}}) {}
  explicit Engine(const NamespaceOptions& options) {
    const std::uint64_t bytes = (offsets_of(options.limits).total + 127) / 128 * 128;
    memory_.reset(std::aligned_alloc(128, bytes));
    std::memset(memory_.get(), 0, bytes);
    view = initialise_segment(memory_.get(), options, std::nullopt);
    notes.resize(options.limits.threads);
    view.header->threads_used = options.limits.threads;
    view.header->processes_used = options.limits.processes;
    for (std::uint32_t slot = 0; slot < options.limits.threads; ++slot) {
      ThreadRecord& record = view.threads[slot];
      record.process = process;
      record.tid = static_cast<std::int32_t>(slot + 1);  // its life word says 0: the kernel is never asked for it
      record.boost.level_set = 1;                        // so that the kernel is not asked about a missing thread
      threads.push_back({.process = process,
                         .identity = record.identity.load(),
                         .record = &record,
                         .blocks = &view.blocks[make_block_ref(slot, 0)]});
    }
  }

  // The objects live in the slots 0, 1, 2 ... in the order of their making.
  ObjectRef make(Kind kind, std::uint32_t state = 0, std::uint32_t maximum = 0, bool manual_reset = false) {
    const NamespaceLock lock(view);
    return write_object(lock, allocate_object(lock),
                        {.kind = kind, .state = state, .manual_reset = manual_reset, .maximum = maximum}, {});
  }
  ObjectRef make_mutex(std::uint32_t owner_thread) { return make(Kind::kMutex, threads[owner_thread].identity); }

  void set_key(std::uint32_t thread, priority::Key key) {
    view.threads[thread].boost.base = key;
    view.threads[thread].boost.effective = key;
  }

  // Phase 2 of a wait for any of `objects`, at a key. The object is distributed, as in wait.cpp.
  void queue(std::uint32_t thread, const std::vector<ObjectRef>& objects, priority::Key key = 1) {
    set_key(thread, key);
    start_waiting(threads[thread], static_cast<std::uint32_t>(objects.size()));
    for (std::uint32_t i = 0; i < objects.size(); ++i) {
      SlowPath slow(view, &threads[thread]);
      ASSERT_EQ(slow.begin(*objects[i].object), SlowPath::Begin::kLocked);
      link_block(slow, threads[thread], i, objects[i], false, notes[thread]);
      slow.complete(*objects[i].object);
      slow.leave();
    }
  }
  // The same for all of them at once.
  void queue_all(std::uint32_t thread, const std::vector<ObjectRef>& objects, priority::Key key = 1) {
    set_key(thread, key);
    SlowPath slow(view, &threads[thread]);
    ASSERT_EQ(slow.lock_all(), SlowPath::Begin::kLocked);
    for (const ObjectRef& ref : objects) ASSERT_EQ(slow.lock_member(*ref.object), SlowPath::Begin::kLocked);
    start_waiting(threads[thread], static_cast<std::uint32_t>(objects.size()));
    for (std::uint32_t i = 0; i < objects.size(); ++i)
      link_block(slow, threads[thread], i, objects[i], true, notes[thread]);
    for (const ObjectRef& ref : objects) slow.finish(*ref.object);
    slow.leave();
  }

  // A thread takes the lock and ends without releasing it: the next holder repairs.
  static void die_holding(platform::RobustLock& lock) {
    std::thread([&lock] { ASSERT_EQ(lock.lock(), platform::LockOutcome::kAcquired); }).join();
  }
  // The next operation on an object, as any thread would make it.
  void operate_on(const ObjectRef& ref) {
    SlowPath slow(view, &threads.back());
    ASSERT_EQ(slow.begin(*ref.object), SlowPath::Begin::kLocked);
    slow.complete(*ref.object);
    slow.leave();
  }

  std::uint32_t park(std::uint32_t thread) const { return view.threads[thread].park.load(); }
  bool is_granted(std::uint32_t thread, std::uint32_t index = 0) const { return park_covers(park(thread), index); }
  bool is_waiting(std::uint32_t thread) const { return park_state(park(thread)) == Park::kWaiting; }
  BlockState block(std::uint32_t thread, std::uint32_t index = 0) const {
    return block_state(view.blocks[make_block_ref(thread, index)].word.load());
  }
  static std::uint32_t state(const ObjectRef& ref) { return state_of(ref.object->word.load()) & ~kSlow; }
  static bool is_slow(const ObjectRef& ref) { return (state_of(ref.object->word.load()) & kSlow) != 0; }

  // Threads in the order of the object's queue, read forwards; empty if the links disagree backwards.
  std::vector<std::uint32_t> order(const ObjectRef& ref) const {
    std::vector<std::uint32_t> found;
    BlockRef previous = kNoSlot;
    for (BlockRef at = ref.object->head.load(); at != kNoSlot; at = view.blocks[at].next.load()) {
      if (view.blocks[at].previous.load() != previous) return {};
      found.push_back(thread_of(at));
      previous = at;
    }
    return ref.object->tail.load() == previous ? found : std::vector<std::uint32_t>{};
  }

  static constexpr Identity process = make_identity(0, 1);
  SegmentView view;
  std::vector<ThreadState> threads;
  std::vector<WaitNotes> notes;  // of each thread's wait

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory_;
};

using Order = std::vector<std::uint32_t>;

}  // namespace rtss::runtime
