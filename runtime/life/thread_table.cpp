#include "runtime/life/thread_table.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>

#include "platform/process_identity.h"
#include "platform/steps.h"
#include "runtime/life/sweep.h"
#include "runtime/names/task_object.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

bool is_free(const ThreadRecord& thread) {
  return thread.process.load(kRelaxed) == 0 && platform::RobustLock::is_free(thread.life.observe());
}

bool is_free(const ProcessRecord& process) {
  return process.pid.load(kRelaxed) == 0 && platform::RobustLock::is_free(process.life.observe());
}

template <typename Record>
void lower(std::atomic<std::uint32_t>& mark, std::uint32_t used, const Record* records) {
  while (used != 0 && is_free(records[used - 1])) --used;
  mark.store(used, std::memory_order_release);
}

// A free slot, its life lock taken by the caller; kNoSlot when all are in use. The high-water mark rises first: a
// slot beyond it would not be swept if the caller died.
std::uint32_t acquire_slot(const SegmentView& view) {
  std::atomic<std::uint32_t>& used = view.header->threads_used;
  for (std::uint32_t slot = 0; slot < view.limits.threads; ++slot) {
    ThreadRecord& thread = view.threads[slot];
    if (!is_free(thread)) continue;
    used.store(std::max(used.load(kRelaxed), slot + 1), std::memory_order_release);
    if (thread.life.try_lock() == platform::LockOutcome::kAcquired) return slot;
  }
  return kNoSlot;
}

}  // namespace

void lower_marks(const NamespaceLock& lock) {
  const SegmentView& view = lock.view();
  lower(view.header->threads_used, threads_used(view), view.threads);
  lower(view.header->processes_used, processes_used(view), view.processes);
}

Status register_thread(const NamespaceLock& lock, Identity process, std::uint64_t sealed_start, ThreadState& self) {
  const SegmentView& view = lock.view();
  lower_marks(lock);
  const std::uint32_t slot = acquire_slot(view);
  if (slot == kNoSlot) return Status::kTableFull;
  RTSS_STEP("register.acquired");
  ThreadRecord& thread = view.threads[slot];
  thread.park.store(park_word(Park::kIdle), kRelaxed);
  thread.block_count.store(0, kRelaxed);
  thread.owned.store(0, kRelaxed);
  thread.after_release.store(0, kRelaxed);
  thread.pid.store(getpid(), kRelaxed);
  thread.tid.store(platform::current_tid(), kRelaxed);
  thread.sealed_start.store(sealed_start, kRelaxed);
  thread.object.store(kNoSlot, kRelaxed);
  const auto name = std::bit_cast<std::array<std::uint64_t, 2>>(platform::thread_name());
  for (std::size_t i = 0; i < name.size(); ++i) thread.name[i].store(name[i], kRelaxed);
  self.identity = identity_at(slot, thread.identity.load(kRelaxed));
  thread.identity.store(self.identity, kRelaxed);
  thread.process.store(process, std::memory_order_release);
  RTSS_STEP("register.written");
  self.record = &thread;
  self.blocks = &view.blocks[make_block_ref(slot, 0)];
  return Status::kOk;
}

bool vacate_thread_slot(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline) {
  const std::uint32_t slot = view.slot_of_thread(thread);
  for (std::uint32_t i = 0; i < kBlocksPerThread; ++i) {
    view.blocks[make_block_ref(slot, i)].word.store(kFreeBlock, std::memory_order_release);
  }
  thread.block_count.store(0, kRelaxed);
  thread.park.store(park_word(Park::kIdle), std::memory_order_release);
  thread.owned.store(0, kRelaxed);
  if (!reset_boost(view, thread, next_occupant(thread.identity.load(kRelaxed)), deadline)) return false;
  thread.process.store(0, std::memory_order_release);
  RTSS_STEP("sweep.freed");
  return true;
}

void leave_thread(const SegmentView& view, ThreadState& self) {
  ThreadRecord& thread = *self.record;
  sweep_own_thread(view, self);
  signal_task(view, &self, Kind::kThread, thread.object.load(std::memory_order_acquire), self.identity, self.exit_code);
  vacate_thread_slot(view, thread, platform::Deadline::never());
  thread.life.unlock();
  self = ThreadState{.in_library = self.in_library, .exit_code = 0, .spin_ns = self.spin_ns};
}

}  // namespace rtss::runtime
