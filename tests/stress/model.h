// The whole semantics of mutexes, events, semaphores and waits, as simply as it can be written: one thread, no time, no
// priorities. The library must agree with it call by call.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rtapi.h"

namespace rtss::test {

enum class ModelKind { kMutex, kAutoEvent, kManualEvent, kSemaphore };

struct ModelObject {
  ModelKind kind = ModelKind::kMutex;
  int owner = -1;  // mutex: caller, -1 free
  LONG recursion = 0;
  bool abandoned = false;  // mutex: free, last owner ended
  bool set = false;        // events
  LONG count = 0;          // semaphore
  LONG maximum = 0;
};

struct Outcome {
  DWORD result;
  DWORD error;  // last error afterwards; kUntouchedError where a call leaves it alone
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Completion {
  int caller;
  Outcome outcome;
};

class Model {
 public:
  // `objects` in the order in which a caller's end abandons them.
  Model(std::vector<ModelObject> objects, int callers)
      : objects_(std::move(objects)), waits_(static_cast<std::size_t>(callers)) {}

  // Nothing: the caller blocks.
  std::optional<Outcome> wait(int caller, const std::vector<int>& on, bool all, bool poll);
  Outcome release_mutex(int caller, int object);
  Outcome set_event(int object);
  Outcome reset_event(int object);
  Outcome pulse_event(int object);
  Outcome release_semaphore(int object, LONG count);
  void end(int caller);

  // Waits that the calls since the last time have satisfied.
  std::vector<Completion> take_completions();
  [[nodiscard]] bool is_blocked(int caller) const { return waits_[static_cast<std::size_t>(caller)].has_value(); }
  [[nodiscard]] const std::vector<ModelObject>& objects() const { return objects_; }

 private:
  struct Wait {
    std::vector<int> on;
    bool all;
  };

  ModelObject& at(int object) { return objects_[static_cast<std::size_t>(object)]; }
  [[nodiscard]] bool is_signaled(int object, int caller) const;
  bool take(int object, int caller);  // true: it was abandoned
  bool try_wait(int caller, const Wait& wait, Outcome* outcome);
  void distribute(int object);
  void leave_queue(int caller);

  std::vector<ModelObject> objects_;
  std::vector<std::optional<Wait>> waits_;
  std::vector<int> queue_;  // blocked callers, first come first: there is one order for all objects
  std::vector<Completion> completions_;
};

}  // namespace rtss::test
