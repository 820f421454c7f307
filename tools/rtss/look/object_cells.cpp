#include "tools/rtss/look/object_cells.h"

#include <algorithm>

namespace rtss::tool {

namespace {

using runtime::Kind;

constexpr Column kColumns[] = {
    {"NAME", "name", "its name; #SLOT if it has none"},
    {"KIND", "kind", "mutex, event, semaphore, shm, timer, thread, process, shutdown (a handler)"},
    {"STATE", "state", "free, owned, abandoned, owner dead; set, clear; available, empty; running, ended"},
    {"RESET", "reset", "events: auto or manual"},
    {"OWNER", "owner",
     "mutexes: pid/tid/command that owns it, of \"rtss lock\" the one it runs; threads and processes: which one"},
    {"TAKES", "takes", "mutexes: how many releases its owner owes", Align::kRight},
    {"WHY", "why", "mutexes: what its owner said, if that is an \"rtss lock --why TEXT\""},
    {"COUNT", "count", "semaphores: units left", Align::kRight},
    {"MAX", "max", "semaphores: most units", Align::kRight},
    {"SIZE", "size", "shm: bytes", Align::kRight},
    {"WAITING", "waiting", "threads that wait for it", Align::kRight},
    {"HANDLES", "handles", "open handles, in all processes", Align::kRight},
    {"PINNED", "pinned", "yes: stays without handles, until \"rtss remove\""},
    {"LEVEL", "level", "own level of a mutex's owner, or of a thread, 0 to 127; - below all levels", Align::kRight},
    {"BOOST", "boost", "mutexes: the level that its waiters lend the owner, if that is higher", Align::kRight},
    {"WAITED", "waited_ms", "how long its longest waiter has been waiting", Align::kRight},
    {"CONTENDED", "contentions", "how many waits have slept here", Align::kRight},
    {"WORST", "worst_wait_ms", "the longest wait that has ended here; see \"rtss worst\"", Align::kRight},
    {"HELD", "worst_hold_ms", "mutexes: the longest hold while other threads waited", Align::kRight},
    {"SLOT", "slot", "its place in the namespace", Align::kRight},
};
constexpr const char* kUsual[] = {"NAME",    "KIND",    "STATE", "OWNER", "COUNT",  "MAX",
                                  "WAITING", "HANDLES", "LEVEL", "BOOST", "WAITED", "WORST"};

Cell number(std::uint64_t value) { return {std::to_string(value), value}; }
Cell milliseconds(std::uint32_t value) { return {duration(value), value}; }
Cell longest(std::uint64_t ns) { return {ns == 0 ? std::string{} : fine_duration(ns), static_cast<double>(ns) / 1e6}; }
Cell nothing() { return {{}, nullptr}; }

Cell owner_cell(const inspect::ObjectView& object, Commands& commands) {
  return {commands.who(object.owner_pid, object.owner_tid), commands.json(object.owner_pid, object.owner_tid)};
}

Cell why_cell(const inspect::ObjectView& object, const Commands& commands) {
  if (object.kind != Kind::kMutex || object.owner_pid == 0) return nothing();
  const std::string why = commands.why(object.owner_pid);
  return {why, why.empty() ? Json(nullptr) : Json(why)};
}

// Whose level the row shows: that of a mutex's owner, or of the thread that the object stands for.
const inspect::ThreadView* thread_of(const inspect::ObjectView& object, const Snapshot& snapshot) {
  if (object.kind == Kind::kMutex) return object.owner_tid == 0 ? nullptr : snapshot.thread(object.owner_slot);
  if (object.kind != Kind::kThread || object.signaled) return nullptr;
  const auto found = std::ranges::find_if(snapshot.threads, [&object](const inspect::ThreadView& thread) {
    return !thread.dead && thread.pid == object.owner_pid && thread.tid == object.owner_tid;
  });
  return found == snapshot.threads.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Column> object_columns() { return kColumns; }
std::span<const char* const> usual_object_columns() { return kUsual; }

std::vector<Cell> object_cells(const inspect::ObjectView& object, const Snapshot& snapshot, Commands& commands) {
  const auto* const thread = thread_of(object, snapshot);
  const State state = state_of(object, thread);
  const bool is_event = object.kind == Kind::kEvent;
  const bool is_semaphore = object.kind == Kind::kSemaphore;
  const char* const reset = object.manual_reset ? "manual" : "auto";
  const auto level = [](int value) { return value < 0 ? nothing() : number(static_cast<std::uint64_t>(value)); };
  const auto count = [](std::int32_t value) { return Cell{std::to_string(value), value}; };
  const Tone crowded = object.waiters.empty() ? Tone::kPlain : Tone::kWarning;
  return {
      {title(object), object.name.empty() ? Json(nullptr) : Json(object.name)},
      {kind_word(object.kind), kind_word(object.kind)},
      {state.text, state.text.empty() ? Json(nullptr) : Json(state.text), state.tone},
      is_event ? Cell{reset, reset} : nothing(),
      owner_cell(object, commands),
      object.kind == Kind::kMutex && !object.signaled ? count(object.recursion) : nothing(),
      why_cell(object, commands),
      is_semaphore ? count(object.count) : nothing(),
      is_semaphore ? count(object.maximum) : nothing(),
      object.kind == Kind::kSharedMemory ? Cell{bytes(object.size), object.size} : nothing(),
      {std::to_string(object.waiters.size()), object.waiters.size(), crowded},
      number(object.references),
      {object.pinned ? "yes" : "no", object.pinned},
      thread == nullptr ? nothing() : level(thread->base_level),
      thread != nullptr && object.lent_level > thread->base_level ? level(object.lent_level) : nothing(),
      object.waiters.empty() ? nothing() : milliseconds(longest_wait_ms(object)),
      number(object.contentions),
      longest(object.longest_wait.ns),
      object.kind == Kind::kMutex ? longest(object.longest_hold.ns) : nothing(),
      number(object.slot),
  };
}

}  // namespace rtss::tool
