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
  int owner = -1;  // mutex: actor, -1 free
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
  int actor;
  Outcome outcome;
};

class Model {
 public:
  // `objects` in the order in which an actor's end abandons them.
  Model(std::vector<ModelObject> objects, int actors)
      : objects_(std::move(objects)), waits_(static_cast<std::size_t>(actors)) {}

  // Nothing: the actor blocks.
  std::optional<Outcome> wait(int actor, const std::vector<int>& on, bool all, bool poll);
  Outcome release_mutex(int actor, int object);
  Outcome set_event(int object);
  Outcome reset_event(int object);
  Outcome pulse_event(int object);
  Outcome release_semaphore(int object, LONG count);
  void end(int actor);

  // Waits that the calls since the last time have satisfied.
  std::vector<Completion> take_completions();
  [[nodiscard]] bool is_blocked(int actor) const { return waits_[static_cast<std::size_t>(actor)].has_value(); }
  [[nodiscard]] const std::vector<ModelObject>& objects() const { return objects_; }

 private:
  struct Wait {
    std::vector<int> on;
    bool all;
  };

  ModelObject& at(int object) { return objects_[static_cast<std::size_t>(object)]; }
  [[nodiscard]] bool is_signaled(int object, int actor) const;
  bool take(int object, int actor);  // true: it was abandoned
  bool try_wait(int actor, const Wait& wait, Outcome* outcome);
  void distribute(int object);
  void leave_queue(int actor);

  std::vector<ModelObject> objects_;
  std::vector<std::optional<Wait>> waits_;
  std::vector<int> queue_;  // blocked actors, first come first: there is one order for all objects
  std::vector<Completion> completions_;
};

}  // namespace rtss::test
