// A namespace as it was at one moment (or nearly: it is read while others work in it), and words for what is in it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/inspect/inspect.h"
#include "tools/rtss/support/listing.h"

namespace rtss::tool {

namespace inspect = runtime::inspect;

struct Snapshot {
  inspect::NamespaceView info;
  std::vector<inspect::ObjectView> objects;
  std::vector<inspect::ThreadView> threads;
  std::vector<inspect::ProcessView> processes;

  [[nodiscard]] const inspect::ObjectView* object(std::uint32_t slot) const;
  [[nodiscard]] const inspect::ThreadView* thread(std::uint32_t slot) const;
  // Of a mutex; null for a free one and for other kinds.
  [[nodiscard]] const inspect::ThreadView* owner_of(const inspect::ObjectView& object) const;
};
Snapshot take_snapshot(const inspect::View& view);

// Command names, asked for once each: of an "rtss lock" that of the command that it runs. Empty for tasks that are
// gone, and for all of another PID namespace.
class Commands {
 public:
  explicit Commands(const inspect::NamespaceView& info);
  const std::string& of(std::int32_t pid, std::int32_t tid);
  std::string who(std::int32_t pid, std::int32_t tid);  // pid/tid/command
  // Null for pid 0. "comm" is the task's own; "runs", only of an "rtss lock", is the other.
  Json json(std::int32_t pid, std::int32_t tid);
  // What the owner said it holds a lock for: the --why of an "rtss lock". Empty: nothing.
  std::string why(std::int32_t pid) const;

 private:
  struct Name {
    std::string own;
    std::string runs;
  };
  const Name& ask(std::int32_t pid, std::int32_t tid);

  bool readable_;
  std::map<std::pair<std::int32_t, std::int32_t>, Name> names_;
};

const char* kind_word(runtime::Kind kind);             // as -t takes it; one word each
runtime::Kind kind_of_word(const std::string& word);   // kFree: no such kind
std::string title(const inspect::ObjectView& object);  // its name, else #SLOT
std::string level_text(int level);                     // empty below every level
Json level_json(int level);

struct State {
  std::string text;
  Tone tone;
};
State state_of(const inspect::ObjectView& object, const inspect::ThreadView* owner);

// The process owns it or waits for it.
bool involves(const inspect::ObjectView& object, std::int32_t pid);

// How long its longest waiter has waited; only if it has waiters.
std::uint32_t longest_wait_ms(const inspect::ObjectView& object);

}  // namespace rtss::tool
