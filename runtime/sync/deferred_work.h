// What a slow operation puts off until it holds no lock: wakes, chain walks, rechecks, doorbells, ends of orphans.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/segment/layout.h"

namespace rtss::runtime {

// A bounded list on the caller's stack; the caller decides what becomes of a slot that does not fit.
template <std::size_t kCapacity>
class SlotList {
 public:
  bool add(std::uint32_t slot) {
    if (count_ == kCapacity) return false;
    slots_[count_++] = slot;
    return true;
  }
  bool add_once(std::uint32_t slot) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (slots_[i] == slot) return true;
    }
    return add(slot);
  }
  [[nodiscard]] bool is_empty() const { return count_ == 0; }
  std::uint32_t take_last() { return slots_[--count_]; }
  [[nodiscard]] const std::uint32_t* begin() const { return slots_.data(); }
  [[nodiscard]] const std::uint32_t* end() const { return slots_.data() + count_; }
  void clear() { count_ = 0; }

 private:
  std::size_t count_ = 0;
  std::array<std::uint32_t, kCapacity> slots_;  // uninitialised beyond count_: this is on a real-time thread's stack
};

struct DeferredWork {
  void wake(const SegmentView& view, std::uint32_t thread_slot);
  void walk(const SegmentView& view, std::uint32_t thread_slot);  // its level changed: re-sort what it is queued on
  void send(const SegmentView& view);                             // the wakes and the doorbells

  SlotList<128> wakes;                 // threads
  SlotList<128> walks;                 // threads
  SlotList<64> rechecks;               // objects: see Object::recheck
  SlotList<8> reapers;                 // processes whose reaper looks again
  SlotList<kBlocksPerThread> orphans;  // objects that lost their last reason to live
  bool lowers_caller = false;          // the caller's effective level fell: given to the kernel last of all
  bool has_woken = false;
};

}  // namespace rtss::runtime
