// The namespace proper: objects by name, their slots, and what keeps them alive.
//
// Alive <=> references > 0, or pinned, or a block LINKED on it. At references 0 the name goes at once. An object still
// waited for then becomes an ORPHAN, whose SLOW stays set so that its last use is noticed. So does a mutex that another
// thread owns: its owner ends it, with its next take, release or close, or its own end.
#pragma once

#include <string_view>

#include "platform/deadline.h"
#include "runtime/segment/object.h"
#include "runtime/segment/status.h"
#include "runtime/sync/slow_path.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

// [N]. If its last holder died, everything it protects is rebuilt from truth before the constructor returns.
class NamespaceLock {
 public:
  explicit NamespaceLock(const SegmentView& view, platform::Deadline deadline = platform::Deadline::never());
  ~NamespaceLock();
  NamespaceLock(const NamespaceLock&) = delete;
  NamespaceLock& operator=(const NamespaceLock&) = delete;

  [[nodiscard]] bool is_held() const { return held_; }
  [[nodiscard]] const SegmentView& view() const { return view_; }

 private:
  const SegmentView& view_;
  bool held_;
};

// Strips an accepted Global\ or Local\ prefix and checks length and characters. kOk, kInvalidName or kNameTooLong.
Status normalise_name(std::string_view* name);

// All below need the namespace lock.

// kNoSlot: no object has that name. With names per kind only objects of `kind` are looked at.
std::uint32_t find_object(const NamespaceLock& lock, Kind kind, std::string_view name);

// A free slot, or kNoSlot. It stays free until its kind is set, which write_object() does last.
std::uint32_t allocate_object(const NamespaceLock& lock);
struct ObjectInit {
  Kind kind;
  std::uint32_t state = 0;  // low half of the word
  bool manual_reset = false;
  std::uint32_t maximum = 0;    // semaphore
  std::uint32_t exit_code = 0;  // thread, process; so are identity and ids
  Identity identity = 0;
  std::uint64_t ids = 0;
  std::uint64_t bytes = 0;  // shared memory; so is file
  std::uint64_t file = 0;
};
ObjectRef write_object(const NamespaceLock& lock, std::uint32_t slot, const ObjectInit& init, std::string_view name);
void publish_name(const NamespaceLock& lock, std::uint32_t slot);

// Ends an object that nothing keeps alive, or makes it nameless (and an ORPHAN) when only its handles are gone. False:
// its lock is stuck; it is an ORPHAN now, for the lock's holder or the next pass of a sweep.
bool try_destroy(const NamespaceLock& lock, const ThreadState* self, std::uint32_t slot);

// Takes the lock itself. Ends the mutexes of the calling thread that are ORPHANs without waiters.
void end_own_orphans(const SegmentView& view, const ThreadState& self);

// The end of an operation that left orphans: takes the namespace lock and ends them. See install_orphan_collector().
void collect_orphans(Operation& operation);

}  // namespace rtss::runtime
