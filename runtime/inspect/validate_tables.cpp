// Names, handles, free lists.
#include <map>
#include <utility>

#include "runtime/inspect/validation.h"
#include "runtime/segment/name_hash.h"

namespace rtss::runtime::inspect {

// ---- names --------------------------------------------------------------------------------------------------------

namespace {

const char* fault_of_name(const ObjectInfo& info) {
  const std::uint32_t length = info.name_length.load(std::memory_order_acquire);
  if (length == 0) return "is empty";
  if (length >= kNameBytes) return "is too long";
  if (info.name[length] != '\0') return "does not end where its length says";
  const std::string_view name(info.name.data(), length);
  if (name.find('\0') != std::string_view::npos) return "holds a NUL";
  if (name.find('\\') != std::string_view::npos) return "holds a backslash";
  return nullptr;
}

bool is_named(const Object& object) {
  return object.kind.load(std::memory_order_acquire) != Kind::kFree &&
         object.named.load(std::memory_order_acquire) != 0;
}

void follow_bucket(const SegmentView& segment, std::uint32_t bucket, std::vector<bool>& reached, Findings& findings) {
  std::uint32_t slot = segment.buckets[bucket].load(std::memory_order_acquire);
  while (slot != kNoSlot) {
    const Object* const object = segment.object(slot);
    if (object == nullptr) {
      findings.add("bucket %u: its chain leads to object %u, out of range", bucket, slot);
      return;
    }
    if (reached[slot]) {
      findings.add("bucket %u: its chain leads to %s, which a chain has reached before", bucket,
                   object_text(segment, slot).c_str());
      return;
    }
    reached[slot] = true;
    if (!is_named(*object)) {
      findings.add("bucket %u: its chain leads to %s, which has no name", bucket, object_text(segment, slot).c_str());
      return;
    }
    if (fault_of_name(segment.infos[slot]) == nullptr &&
        bucket_index(stored_name(segment, slot), segment.bucket_mask) != bucket) {
      findings.add("bucket %u: its chain holds %s, whose name belongs to another", bucket,
                   object_text(segment, slot).c_str());
    }
    slot = object->next.load(std::memory_order_acquire);
  }
}

}  // namespace

void check_names(const SegmentView& segment, Findings& findings) {
  std::vector<bool> reached(segment.limits.objects);
  for (std::uint32_t bucket = 0; bucket <= segment.bucket_mask; ++bucket) {
    follow_bucket(segment, bucket, reached, findings);
  }
  std::map<std::pair<std::string, Kind>, std::uint32_t> known;
  const std::uint32_t used = objects_used(segment);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const Object& object = segment.objects[slot];
    if (!is_named(object)) continue;
    const std::string text = object_text(segment, slot);
    if (!reached[slot]) findings.add("%s: no chain of the name table reaches it", text.c_str());
    if (const char* fault = fault_of_name(segment.infos[slot]); fault != nullptr) {
      findings.add("%s: its name %s", text.c_str(), fault);
      continue;
    }
    const Kind kind = segment.names_per_kind ? object.kind.load(std::memory_order_acquire) : Kind::kFree;
    const auto [first, added] = known.try_emplace({stored_name(segment, slot), kind}, slot);
    if (!added) findings.add("%s: has the name of %s", text.c_str(), object_text(segment, first->second).c_str());
  }
}

// ---- handles ------------------------------------------------------------------------------------------------------

namespace {

constexpr std::uint32_t kHandleSign = 1U << 31;

void check_target(const SegmentView& segment, std::uint32_t entry, Findings& findings) {
  const std::uint64_t target = segment.handles[entry].target.load(std::memory_order_acquire);
  const auto slot = static_cast<std::uint32_t>(target);
  const Object* const object = segment.object(slot);
  if (object == nullptr) {
    findings.add("handle entry %u: points at object %u, out of range", entry, slot);
  } else if (object->kind.load(std::memory_order_acquire) == Kind::kFree) {
    findings.add("handle entry %u: points at object %u, which is free", entry, slot);
  } else if (generation_of(object->word.load(std::memory_order_acquire)) != target >> 32) {
    findings.add("handle entry %u: points at an earlier occupant of %s", entry, object_text(segment, slot).c_str());
  }
}

}  // namespace

void check_handles(const SegmentView& segment, Findings& findings) {
  const std::uint32_t used = handles_used(segment);
  for (std::uint32_t entry = 0; entry < segment.limits.handles; ++entry) {
    const std::uint64_t check = segment.handles[entry].check.load(std::memory_order_acquire);
    const auto owner = static_cast<Identity>(check >> 32);
    const auto handle = static_cast<std::uint32_t>(check);
    if (owner == 0) continue;
    if (entry >= used) {
      findings.add("handle entry %u: in use beyond the high-water mark %u", entry, used);
      continue;
    }
    if (occupant_process(segment, owner) == nullptr) {
      findings.add("handle entry %u: belongs to process identity 0x%x, which no process has", entry, owner);
    }
    const bool has_generation = (handle & ~kHandleSign) >> 18 != 0;
    if (handle_index(handle) != entry || (handle & (kHandleSign | kHandleTagMask)) != 0 || !has_generation) {
      findings.add("handle entry %u: holds handle 0x%x, which is not one of this entry", entry, handle);
    }
    check_target(segment, entry, findings);
  }
}

// ---- free lists ---------------------------------------------------------------------------------------------------

namespace {

struct FreeList {
  const char* what;
  std::uint32_t head;
  std::uint32_t used;
  std::uint32_t limit;
};

// Follows a free list; `next` and `is_free` look at one slot. Returns its last slot, kNoSlot when it is empty or
// broken.
template <typename Next, typename IsFree>
std::uint32_t check_free_list(const FreeList& list, Next next, IsFree is_free, Findings& findings) {
  std::vector<bool> listed(list.limit);
  std::uint32_t last = kNoSlot;
  for (std::uint32_t slot = list.head; slot != kNoSlot; slot = next(slot)) {
    const char* const fault = slot >= list.limit  ? "is out of range"
                              : listed[slot]      ? "is listed already"
                              : slot >= list.used ? "is beyond the high-water mark"
                              : !is_free(slot)    ? "is in use"
                                                  : nullptr;
    if (fault != nullptr) {
      findings.add("free list of %s: %u %s", list.what, slot, fault);
      return kNoSlot;
    }
    listed[slot] = true;
    last = slot;
  }
  for (std::uint32_t slot = 0; slot < list.used; ++slot) {
    if (is_free(slot) && !listed[slot]) findings.add("free list of %s: %u is missing", list.what, slot);
  }
  return last;
}

}  // namespace

void check_free_lists(const SegmentView& segment, Findings& findings) {
  const Header& header = *segment.header;
  check_free_list(
      {.what = "objects",
       .head = header.free_object.load(std::memory_order_acquire),
       .used = objects_used(segment),
       .limit = segment.limits.objects},
      [&](std::uint32_t slot) { return segment.objects[slot].next.load(std::memory_order_acquire); },
      [&](std::uint32_t slot) { return segment.objects[slot].kind.load(std::memory_order_acquire) == Kind::kFree; },
      findings);
  const std::uint32_t last = check_free_list(
      {.what = "handles",
       .head = header.free_handle_head.load(std::memory_order_acquire),
       .used = handles_used(segment),
       .limit = segment.limits.handles},
      [&](std::uint32_t entry) {
        return static_cast<std::uint32_t>(segment.handles[entry].target.load(std::memory_order_acquire));
      },
      [&](std::uint32_t entry) { return segment.handles[entry].check.load(std::memory_order_acquire) >> 32 == 0; },
      findings);
  const std::uint32_t tail = header.free_handle_tail.load(std::memory_order_acquire);
  if (last != kNoSlot && tail != last) {
    findings.add("free list of handles: ends at %u, but its tail is %u", last, tail);
  }
}

}  // namespace rtss::runtime::inspect
