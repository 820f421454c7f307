// The dispatcher object's verbs, for every kind: is it signaled for a thread, what is its word after the thread took
// it.
#pragma once

#include "runtime/segment/event.h"
#include "runtime/segment/layout.h"
#include "runtime/segment/mutex.h"
#include "runtime/segment/semaphore.h"

namespace rtss::runtime {

// One occupant of an object slot.
struct ObjectRef {
  Object* object;
  std::uint32_t slot;
  std::uint32_t generation;
};

inline Kind kind_of(const Object& object) { return object.kind.load(std::memory_order_relaxed); }
inline bool is_manual_reset(const Object& object) { return object.manual_reset.load(std::memory_order_relaxed) != 0; }

// ---- fields that each kind uses in its own way --------------------------------------------------------------------

inline std::uint32_t semaphore_maximum(const Object& object) {
  return object.kind_word.load(std::memory_order_relaxed);
}
inline std::atomic<std::uint32_t>& task_exit_code(Object& object) { return object.kind_word; }

inline std::uint64_t memory_bytes(const ObjectInfo& info) { return info.kind_first.load(std::memory_order_relaxed); }
inline std::uint64_t memory_file(const ObjectInfo& info) { return info.kind_second.load(std::memory_order_relaxed); }

// Of the thread or process; 0 in the object that a child's parent made.
inline Identity task_identity(const ObjectInfo& info) {
  return static_cast<Identity>(info.kind_first.load(std::memory_order_relaxed));
}
inline std::atomic<std::uint64_t>& task_ids(ObjectInfo& info) { return info.kind_second; }  // pid << 32 | tid
inline const std::atomic<std::uint64_t>& task_ids(const ObjectInfo& info) { return info.kind_second; }

// ---- the verbs -----------------------------------------------------------------------------------------------------

// Could `who` take it now?
inline bool is_signaled(const Object& object, Word word, Identity who) {
  switch (kind_of(object)) {
    case Kind::kMutex:
      return mutex::is_signaled(word, who);
    case Kind::kSemaphore:
      return semaphore::is_signaled(word);
    case Kind::kEvent:
    case Kind::kThread:
    case Kind::kProcess:
      return event::is_signaled(word);
    case Kind::kTimer:
    case Kind::kShutdownHandler:
    case Kind::kSharedMemory:
    case Kind::kFree:
      break;
  }
  return false;
}

// The word after `who` took it. Keeps SLOW. Only for a word that is signaled for `who`.
inline Word satisfied(const Object& object, Word word, Identity who) {
  switch (kind_of(object)) {
    case Kind::kMutex:
      return mutex::satisfied(word, who);
    case Kind::kSemaphore:
      return semaphore::satisfied(word);
    case Kind::kEvent:
      return event::satisfied(word, is_manual_reset(object));
    default:
      return word;
  }
}

// Would taking it report that its last owner died?
inline bool is_abandoned(const Object& object, Word word) {
  return kind_of(object) == Kind::kMutex && mutex::is_abandoned(word);
}

// Is it signaled for the length of a pulse only?
inline bool is_pulsed(const Object& object, Word word) {
  return kind_of(object) == Kind::kEvent && (state_of(word) & kPulse) != 0;
}

// The word after an unused unit was given back. A mutex is not given back but abandoned.
inline Word returned(const Object& object, Word word) {
  switch (kind_of(object)) {
    case Kind::kSemaphore: {
      const std::uint32_t count = semaphore::count(word);
      return count < semaphore_maximum(object) ? semaphore::with_count(word, count + 1) : word;
    }
    case Kind::kEvent:
      return is_manual_reset(object) ? word : event::set(word);
    default:
      return word;
  }
}

}  // namespace rtss::runtime
