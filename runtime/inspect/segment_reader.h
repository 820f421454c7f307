// Checked reading of a segment that may be changing or corrupt; shared by the view and the validator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/inspect/inspect.h"

namespace rtss::runtime::inspect {

// The record whose present occupant is `identity`; null when there is none.
const ThreadRecord* occupant_thread(const SegmentView& segment, Identity identity);
const ProcessRecord* occupant_process(const SegmentView& segment, Identity identity);

inline bool is_dead(const platform::RobustLock& life) { return platform::RobustLock::is_dead(life.observe()); }
inline bool is_occupied(const ThreadRecord& thread) { return thread.process.load(std::memory_order_acquire) != 0; }
inline bool is_occupied(const ProcessRecord& process) { return process.pid.load(std::memory_order_acquire) != 0; }
std::uint32_t living_processes(const SegmentView& segment);
inline bool is_known(Kind kind) { return kind <= Kind::kShutdownHandler; }

// As stored: at most kNameBytes - 1 bytes, cut at the first NUL.
std::string stored_name(const SegmentView& segment, std::uint32_t slot);

// What an observer without the lock may believe: a pulse is not seen.
bool looks_signaled(Kind kind, Word word);
Identity owner_of(Kind kind, Word word);  // 0 for all but mutexes

// True if the block is LINKED at this occupant of the object's slot.
bool is_linked_at(const WaitBlock& block, std::uint32_t object_slot, std::uint32_t generation);

// Order of service: key, then ticket.
bool is_served_before(const WaitBlock& a, const WaitBlock& b);

// All LINKED blocks by object, in order of service; found without following a link.
class LinkedBlocks {
 public:
  explicit LinkedBlocks(const SegmentView& segment);
  [[nodiscard]] const std::vector<BlockRef>& at(std::uint32_t object_slot) const { return by_object_[object_slot]; }

 private:
  std::vector<std::vector<BlockRef>> by_object_;
};

// Of the object of that generation.
Longest<WaitStory> longest_wait(const SegmentView& segment, std::uint32_t slot, std::uint32_t generation);
Longest<HoldStory> longest_hold(const SegmentView& segment, std::uint32_t slot, std::uint32_t generation);

// Follows an object's queue; nothing when a link is wrong.
std::optional<std::vector<BlockRef>> follow_queue(const SegmentView& segment, std::uint32_t object_slot);

// The first waiter whose wait lends its level to `owner`: an owner that waits for its own mutex lends itself nothing.
BlockRef top_lender(const std::vector<BlockRef>& queue, Identity owner);

}  // namespace rtss::runtime::inspect
