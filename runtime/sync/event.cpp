#include "runtime/segment/event.h"

#include "runtime/sync/operations.h"

namespace rtss::runtime {

Status set_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref) {
  return change_state(view, self, ref, [](Word* word) {
    *word = event::set(*word);
    return Status::kOk;
  });
}

Status reset_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref) {
  return change_state(view, self, ref, [](Word* word) {
    *word = event::cleared(*word);
    return Status::kOk;
  });
}

// Without waiters SLOW is clear and a pulse only ends cleared. With waiters it is one store under the lock (E1).
Status pulse_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref) {
  return change_state(view, self, ref, [](Word* word) {
    *word = (state_of(*word) & kSlow) != 0 ? event::pulsed(*word) : event::cleared(*word);
    return Status::kOk;
  });
}

}  // namespace rtss::runtime
