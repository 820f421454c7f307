#include "tools/rtss/support/snapshot.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "platform/process_identity.h"

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

std::string proc_path(std::int32_t pid, const std::string& rest) { return "/proc/" + std::to_string(pid) + "/" + rest; }

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

Snapshot take_snapshot(const inspect::View& view) {
  return {.info = view.info(), .objects = view.objects(), .threads = view.threads(), .processes = view.processes()};
}

Commands::Commands(const inspect::NamespaceView& info) : readable_(info.pid_namespace == platform::pid_namespace()) {}

const std::string& Commands::of(std::int32_t pid, std::int32_t tid) {
  const auto [entry, is_new] = names_.try_emplace({pid, tid});
  if (is_new && readable_ && pid > 0) {
    std::ifstream file(proc_path(pid, "task/" + std::to_string(tid) + "/comm"));
    std::string name;
    std::getline(file, name);
    entry->second = inspect::printable(name);
  }
  return entry->second;
}

std::string Commands::who(std::int32_t pid, std::int32_t tid) {
  if (pid == 0) return {};
  const std::string& name = of(pid, tid);
  return std::to_string(pid) + "/" + std::to_string(tid) + (name.empty() ? "" : "/" + name);
}

Json Commands::json(std::int32_t pid, std::int32_t tid) {
  if (pid == 0) return nullptr;
  const std::string& name = of(pid, tid);
  return {{"pid", pid}, {"tid", tid}, {"comm", name.empty() ? Json(nullptr) : Json(name)}};
}

std::string Commands::why(std::int32_t pid) const {
  if (!readable_ || pid <= 0) return {};
  std::ifstream file(proc_path(pid, "cmdline"));
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  if (words.empty() || words[0].substr(words[0].rfind('/') + 1) != "rtss") return {};
  constexpr std::string_view kOption = "--why";
  for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == kOption && i + 1 < words.size()) return inspect::printable(words[i + 1]);
    if (words[i].starts_with("--why=")) return inspect::printable(words[i].substr(kOption.size() + 1));
  }
  return {};
}

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
