#include "runtime/segment/semaphore.h"

#include "runtime/sync/operations.h"

namespace rtss::runtime {

Status release_semaphore(const SegmentView& view, ThreadState& self, const ObjectRef& ref, std::int32_t count,
                         std::int32_t* previous) {
  if (count <= 0) return Status::kInvalidParameter;
  const auto units = static_cast<std::uint32_t>(count);
  const std::uint32_t maximum = ref.object->maximum.load(std::memory_order_relaxed);
  std::uint32_t before = 0;
  const Status status = change_state(view, self, ref, [&](Word* word) {
    before = semaphore::count(*word);
    if (before > maximum || units > maximum - before) return Status::kTooManyPosts;
    *word = semaphore::with_count(*word, before + units);
    return Status::kOk;
  });
  if (status == Status::kOk && previous != nullptr) *previous = static_cast<std::int32_t>(before);
  return status;
}

}  // namespace rtss::runtime
