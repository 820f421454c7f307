#include "runtime/sync/doorbell.h"

#include <climits>

#include "platform/futex.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

namespace {
constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint32_t kBits = 64;
}  // namespace

void ring_doorbell(ProcessRecord& process) {
  process.doorbell.fetch_add(1, std::memory_order_acq_rel);
  platform::futex_wake(process.doorbell, INT_MAX);
}

void watch_thread(const SegmentView& view, std::uint32_t thread_slot) {
  const ThreadRecord* const thread = view.thread(thread_slot);
  if (thread == nullptr) return;
  std::atomic<std::uint64_t>& word = attachment.awaited[thread_slot / kBits];
  const std::uint64_t bit = std::uint64_t{1} << thread_slot % kBits;
  // The bit may be of the slot's last occupant, which another reaper saw go; then no reaper watches the present one.
  const bool is_watched = (thread->life.observe() & platform::RobustLock::kWaitersBit) != 0;
  if (is_watched && (word.load(kRelaxed) & bit) != 0) return;
  word.fetch_or(bit, std::memory_order_acq_rel);
  ring_doorbell(view.processes[slot_of(attachment.process.load(kRelaxed))]);
}

}  // namespace rtss::runtime
