#include "runtime/sync/operation.h"

#include "runtime/sync/doorbell.h"

namespace rtss::runtime {

void Operation::leave_to_reaper() {
  note_stuck_lock();
  const Identity process = attachment.process.load(std::memory_order_relaxed);
  if (process == 0) return;  // the sweep before its registration, which starts over by itself
  ProcessRecord& record = view_.processes[slot_of(process)];
  record.requests.fetch_or(kRequestObjects, std::memory_order_acq_rel);
  if (self_ != nullptr) ring_doorbell(record);  // else the caller is that reaper
}

}  // namespace rtss::runtime
