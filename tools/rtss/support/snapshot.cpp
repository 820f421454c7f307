#include "tools/rtss/support/snapshot.h"

#include <algorithm>
#include <iterator>

#include "platform/process_identity.h"
#include "tools/rtss/support/owner.h"

namespace rtss::tool {

namespace {

using runtime::Kind;

struct KindWord {
  Kind kind;
  const char* word;
};
constexpr KindWord kKindWords[] = {{Kind::kMutex, "mutex"},         {Kind::kEvent, "event"},
                                   {Kind::kSemaphore, "semaphore"}, {Kind::kSharedMemory, "shm"},
                                   {Kind::kTimer, "timer"},         {Kind::kThread, "thread"},
                                   {Kind::kProcess, "process"},     {Kind::kShutdownHandler, "shutdown"}};

template <typename Views>
auto find_slot(const Views& views, std::uint32_t slot) {
  // Both lists are made in the order of slots.
  const auto found = std::ranges::lower_bound(views, slot, {}, [](const auto& view) { return view.slot; });
  return found != views.end() && found->slot == slot ? &*found : nullptr;
}

State mutex_state(const inspect::ObjectView& object, const inspect::ThreadView* owner) {
  if (object.signaled) {
    return object.abandoned ? State{"abandoned", Tone::kBad} : State{"free", Tone::kGood};
  }
  if (owner != nullptr && owner->dead) return {"owner dead", Tone::kBad};
  return {"owned", Tone::kPlain};
}

}  // namespace

const inspect::ObjectView* Snapshot::object(std::uint32_t slot) const { return find_slot(objects, slot); }
const inspect::ThreadView* Snapshot::thread(std::uint32_t slot) const { return find_slot(threads, slot); }

const inspect::ThreadView* Snapshot::owner_of(const inspect::ObjectView& object) const {
  return object.kind == Kind::kMutex && object.owner_tid != 0 ? thread(object.owner_slot) : nullptr;
}

Snapshot take_snapshot(const inspect::View& view) {
  return {.info = view.info(), .objects = view.objects(), .threads = view.threads(), .processes = view.processes()};
}

Commands::Commands(const inspect::NamespaceView& info) : readable_(info.pid_namespace == platform::pid_namespace()) {}

const Commands::Name& Commands::ask(std::int32_t pid, std::int32_t tid) {
  const auto [entry, is_new] = names_.try_emplace({pid, tid});
  Name& name = entry->second;
  if (is_new && readable_ && pid > 0) {
    name.own = name_of(pid, tid);
    if (pid == tid) name.runs = run_by(pid);
  }
  return name;
}

const std::string& Commands::of(std::int32_t pid, std::int32_t tid) {
  const Name& name = ask(pid, tid);
  return name.runs.empty() ? name.own : name.runs;
}

std::string Commands::who(std::int32_t pid, std::int32_t tid) {
  if (pid == 0) return {};
  const std::string& name = of(pid, tid);
  return std::to_string(pid) + "/" + std::to_string(tid) + (name.empty() ? "" : "/" + name);
}

Json Commands::json(std::int32_t pid, std::int32_t tid) {
  if (pid == 0) return nullptr;
  const Name& name = ask(pid, tid);
  Json task = {{"pid", pid}, {"tid", tid}, {"comm", name.own.empty() ? Json(nullptr) : Json(name.own)}};
  if (!name.runs.empty()) task["runs"] = name.runs;
  return task;
}

std::string Commands::why(std::int32_t pid) const { return readable_ && pid > 0 ? why_of(pid) : std::string(); }

const char* kind_word(Kind kind) {
  const auto* const found = std::ranges::find(kKindWords, kind, &KindWord::kind);
  return found == std::end(kKindWords) ? "unknown" : found->word;
}

Kind kind_of_word(const std::string& word) {
  const auto* const found = std::ranges::find_if(kKindWords, [&](const KindWord& entry) { return word == entry.word; });
  return found == std::end(kKindWords) ? Kind::kFree : found->kind;
}

std::string title(const inspect::ObjectView& object) {
  return object.name.empty() ? "#" + std::to_string(object.slot) : inspect::printable(object.name);
}

std::string level_text(int level) { return level < 0 ? "" : std::to_string(level); }
Json level_json(int level) { return level < 0 ? Json(nullptr) : Json(level); }

State state_of(const inspect::ObjectView& object, const inspect::ThreadView* owner) {
  switch (object.kind) {
    case Kind::kMutex:
      return mutex_state(object, owner);
    case Kind::kEvent:
      return object.signaled ? State{"set", Tone::kGood} : State{"clear", Tone::kPlain};
    case Kind::kSemaphore:
      return object.signaled ? State{"available", Tone::kGood} : State{"empty", Tone::kPlain};
    case Kind::kThread:
    case Kind::kProcess:
      return object.signaled ? State{"ended", Tone::kPlain} : State{"running", Tone::kGood};
    default:
      return {"", Tone::kPlain};
  }
}

bool involves(const inspect::ObjectView& object, std::int32_t pid) {
  return object.owner_pid == pid ||
         std::ranges::any_of(object.waiters, [pid](const inspect::Waiter& waiter) { return waiter.pid == pid; });
}

std::uint32_t longest_wait_ms(const inspect::ObjectView& object) {
  std::uint32_t longest = 0;
  for (const inspect::Waiter& waiter : object.waiters) {
    longest = std::max(longest, inspect::View::waited_ms(waiter.since_ms));
  }
  return longest;
}

}  // namespace rtss::tool
