#include "runtime/services/close.h"

#include "runtime/services/shared_memory.h"

namespace rtss::runtime {

Status enter_with_handle(ThreadState& self) {
  if (is_registered(self)) return Status::kOk;
  return attachment.process.load(std::memory_order_acquire) == 0 ? Status::kInvalidHandle : enter_slow(self);
}

Status find_handle(ThreadState& self, Handle handle, ObjectRef* ref) {
  if (const Status status = enter_with_handle(self); status != Status::kOk) return status;
  return resolve(attachment.view, self.process, handle, ref) ? Status::kOk : Status::kInvalidHandle;
}

Status close(Handle handle) {
  ThreadState& self = self_state;
  ObjectRef ref{};
  if (const Status status = find_handle(self, handle, &ref); status != Status::kOk) return status;
  const InLibrary guard(self);
  {
    const NamespaceLock lock(attachment.view);
    if (!lock.is_held()) return report_corruption("the namespace lock is unusable");
    if (const Status status = close_handle(lock, self, handle); status != Status::kOk) return status;
  }
  forget_handle(handle);
  return Status::kOk;
}

}  // namespace rtss::runtime
