// Create-or-open by name, for every kind: the entries.
#pragma once

#include "runtime/life/attach.h"
#include "runtime/life/mapped_slots.h"
#include "runtime/names/creation.h"

namespace rtss::runtime {

// init(self) is called under the namespace lock, only when the object is new; its kind must be `kind`.
template <typename Init, typename Equip = decltype(needs_nothing)>
Opened create_object(std::string_view name, Kind kind, const Init& init, const Equip& equip = needs_nothing) {
  ThreadState& self = self_state;
  if (const Status status = normalise_name(&name); status != Status::kOk) return {status, kNoHandle};
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  await_mapped(attachment.view, Pool::kObjects);
  const NamespaceLock lock(attachment.view);
  if (const Status status = check_writable(lock, self); status != Status::kOk) return {status, kNoHandle};
  const std::uint32_t slot = name.empty() ? kNoSlot : find_living(lock, kind, name);
  if (slot != kNoSlot) return open_existing(lock, self, kind, slot, Status::kAlreadyExists);
  return make_new(lock, self, init(self), name, equip);
}

inline Opened open_object(std::string_view name, Kind kind) {
  ThreadState& self = self_state;
  if (name.empty()) return {Status::kInvalidParameter, kNoHandle};
  if (const Status status = normalise_name(&name); status != Status::kOk) return {status, kNoHandle};
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  const NamespaceLock lock(attachment.view);
  if (const Status status = check_writable(lock, self); status != Status::kOk) return {status, kNoHandle};
  const std::uint32_t slot = find_living(lock, kind, name);
  if (slot == kNoSlot) return {Status::kNotFound, kNoHandle};
  return open_existing(lock, self, kind, slot, Status::kOk);
}

}  // namespace rtss::runtime
