#include "tests/stress/model.h"

#include <algorithm>
#include <set>
#include <utility>

#include "tests/support/peer.h"

namespace rtss::test {

namespace {

constexpr Outcome kDone{TRUE, kUntouchedError};
constexpr Outcome kWrongKind{FALSE, ERROR_INVALID_HANDLE};

}  // namespace

bool Model::is_signaled(int object, int caller) const {
  const ModelObject& o = objects_[static_cast<std::size_t>(object)];
  switch (o.kind) {
    case ModelKind::kMutex:
      return o.owner == -1 || o.owner == caller;
    case ModelKind::kAutoEvent:
    case ModelKind::kManualEvent:
      return o.set;
    case ModelKind::kSemaphore:
      return o.count > 0;
  }
  return false;
}

bool Model::take(int object, int caller) {
  ModelObject& o = at(object);
  switch (o.kind) {
    case ModelKind::kMutex:
      o.owner = caller;
      ++o.recursion;
      return std::exchange(o.abandoned, false);
    case ModelKind::kAutoEvent:
      o.set = false;
      break;
    case ModelKind::kManualEvent:
      break;
    case ModelKind::kSemaphore:
      --o.count;
      break;
  }
  return false;
}

bool Model::try_wait(int caller, const Wait& wait, Outcome* outcome) {
  const auto signaled = [&](int object) { return is_signaled(object, caller); };
  if (wait.all) {
    if (!std::ranges::all_of(wait.on, signaled)) return false;
    bool abandoned = false;
    for (const int object : wait.on) abandoned = take(object, caller) || abandoned;
    *outcome = {abandoned ? WAIT_ABANDONED_0 : WAIT_OBJECT_0, kUntouchedError};
    return true;
  }
  const auto found = std::ranges::find_if(wait.on, signaled);
  if (found == wait.on.end()) return false;
  const auto index = static_cast<DWORD>(found - wait.on.begin());
  *outcome = {(take(*found, caller) ? WAIT_ABANDONED_0 : WAIT_OBJECT_0) + index, kUntouchedError};
  return true;
}

std::optional<Outcome> Model::wait(int caller, const std::vector<int>& on, bool all, bool poll) {
  if (all && std::set<int>(on.begin(), on.end()).size() != on.size())
    return Outcome{WAIT_FAILED, ERROR_INVALID_PARAMETER};
  const Wait wait{on, all && on.size() > 1};
  Outcome outcome{};
  if (try_wait(caller, wait, &outcome)) return outcome;
  if (poll) return Outcome{WAIT_TIMEOUT, kUntouchedError};
  waits_[static_cast<std::size_t>(caller)] = wait;
  queue_.push_back(caller);
  return std::nullopt;
}

void Model::leave_queue(int caller) {
  std::erase(queue_, caller);
  waits_[static_cast<std::size_t>(caller)].reset();
}

void Model::distribute(int object) {
  for (const int caller : std::vector<int>(queue_)) {
    const std::optional<Wait> wait = waits_[static_cast<std::size_t>(caller)];
    if (!wait || std::ranges::find(wait->on, object) == wait->on.end()) continue;
    Outcome outcome{};
    if (!try_wait(caller, *wait, &outcome)) continue;
    leave_queue(caller);
    completions_.push_back({caller, outcome});
  }
}

Outcome Model::release_mutex(int caller, int object) {
  ModelObject& o = at(object);
  if (o.kind != ModelKind::kMutex) return kWrongKind;
  if (o.owner != caller) return {FALSE, ERROR_NOT_OWNER};
  if (--o.recursion == 0) {
    o.owner = -1;
    distribute(object);
  }
  return kDone;
}

Outcome Model::set_event(int object) {
  ModelObject& o = at(object);
  if (o.kind != ModelKind::kAutoEvent && o.kind != ModelKind::kManualEvent) return kWrongKind;
  o.set = true;
  distribute(object);
  return kDone;
}

Outcome Model::reset_event(int object) {
  ModelObject& o = at(object);
  if (o.kind != ModelKind::kAutoEvent && o.kind != ModelKind::kManualEvent) return kWrongKind;
  o.set = false;
  return kDone;
}

Outcome Model::pulse_event(int object) {
  const Outcome outcome = set_event(object);
  if (outcome == kDone) at(object).set = false;
  return outcome;
}

Outcome Model::release_semaphore(int object, LONG count) {
  ModelObject& o = at(object);
  if (o.kind != ModelKind::kSemaphore) return kWrongKind;
  if (count <= 0) return {FALSE, ERROR_INVALID_PARAMETER};
  if (count > o.maximum - o.count) return {FALSE, ERROR_TOO_MANY_POSTS};
  o.count += count;
  distribute(object);
  return kDone;
}

void Model::end(int caller) {
  leave_queue(caller);
  for (int object = 0; object < static_cast<int>(objects_.size()); ++object) {
    ModelObject& o = at(object);
    if (o.kind != ModelKind::kMutex || o.owner != caller) continue;
    o = {.kind = ModelKind::kMutex, .abandoned = true};
    distribute(object);
  }
}

std::vector<Completion> Model::take_completions() { return std::exchange(completions_, {}); }

}  // namespace rtss::test
