#include "runtime/sync/deferred_work.h"

#include "platform/futex.h"
#include "platform/steps.h"
#include "runtime/sync/doorbell.h"

namespace rtss::runtime {

namespace {

void wake_all(const SegmentView& view, DeferredWork& work) {
  work.has_woken = work.has_woken || !work.wakes.is_empty();
  for (const std::uint32_t slot : work.wakes) platform::futex_wake(view.threads[slot].park, 1);
  work.wakes.clear();
}

}  // namespace

void DeferredWork::wake(const SegmentView& view, std::uint32_t thread_slot) {
  if (wakes.add(thread_slot)) return;
  wake_all(view, *this);  // the list is full: its threads are woken while the lock is still held
  wakes.add(thread_slot);
}

void DeferredWork::walk(const SegmentView& view, std::uint32_t thread_slot) {
  if (!walks.add_once(thread_slot)) view.header->walk_truncated.fetch_add(1, std::memory_order_relaxed);
}

void DeferredWork::send(const SegmentView& view) {
  wake_all(view, *this);
  RTSS_STEP("op.woken");
  while (!reapers.is_empty()) ring_doorbell(view.processes[reapers.take_last()]);
}

}  // namespace rtss::runtime
