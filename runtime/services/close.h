// Handles of this process: looked up, closed.
#pragma once

#include "runtime/life/attach.h"
#include "runtime/names/handle_table.h"

namespace rtss::runtime {

// For calls on handles: a process that is not attached has none, and is not attached just to learn so.
Status enter_with_handle(ThreadState& self);
// A handle of this process to an object of any kind.
Status find_handle(ThreadState& self, Handle handle, ObjectRef* ref);
// To one of this kind.
inline Status find_handle(ThreadState& self, Handle handle, Kind kind, ObjectRef* ref) {
  if (const Status status = find_handle(self, handle, ref); status != Status::kOk) return status;
  return kind_of(*ref->object) == kind ? Status::kOk : Status::kInvalidHandle;
}
Status close(Handle handle);

}  // namespace rtss::runtime
