#include "tools/rtss/look/worst.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>

#include "platform/clock.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/objects.h"
#include "tools/rtss/support/open_selected.h"
#include "tools/rtss/support/snapshot.h"

namespace rtss::tool {

namespace {

using runtime::HoldStory;
using runtime::ThreadNote;
using runtime::WaitEnd;
using runtime::WaitStory;

struct Options {
  std::optional<std::string> name;
  std::size_t count = 10;
  bool json = false;
  bool reset = false;
};

constexpr Column kColumns[] = {
    {"NAME", "", ""},
    {"WAITED", "", "", Align::kRight},
    {"OWNERS", "", "", Align::kRight},
    {"GRANTED", "", "", Align::kRight},
    {"WAITER", "", ""},
    {"OWNER", "", ""},
    {"SERVED", "", "", Align::kRight},
    {"CHAIN", "", "", Align::kRight},
    {"HELD", "", "", Align::kRight},
    {"HOLDER", "", ""},
};
constexpr auto kAll = [] {
  std::array<const char*, std::size(kColumns)> names{};
  std::ranges::transform(kColumns, names.begin(), &Column::name);
  return names;
}();

// A wait is two parts: until the object was granted, and until the waiter ran.
struct Parts {
  bool is_split;            // false: it ended in vain, or the granter died over it
  std::uint64_t queued_ns;  // when
  std::uint64_t before_ns;
  std::uint64_t after_ns;
};

Parts parts_of(const WaitStory& story, std::uint64_t length_ns) {
  const std::uint64_t queued_ns = story.ended_ns - length_ns;
  const bool is_split = story.granted_ns >= queued_ns && story.granted_ns <= story.ended_ns;
  if (!is_split) return {.is_split = false, .queued_ns = queued_ns, .before_ns = length_ns, .after_ns = 0};
  return {.is_split = true,
          .queued_ns = queued_ns,
          .before_ns = story.granted_ns - queued_ns,
          .after_ns = story.ended_ns - story.granted_ns};
}

std::string name_of(const ThreadNote& note) {
  return inspect::printable(std::string_view(note.name.data(), strnlen(note.name.data(), note.name.size())));
}

std::string who(const ThreadNote& note) {
  if (note.tid == 0) return {};
  return std::to_string(note.pid) + "/" + std::to_string(note.tid) + "/" + name_of(note);
}

Json who_json(const ThreadNote& note) {
  if (note.tid == 0) return nullptr;
  return {{"pid", note.pid}, {"tid", note.tid}, {"name", name_of(note)}};
}

Json with_level(Json thread, std::uint64_t key) {
  if (!thread.is_null()) thread["level"] = level_json(priority::level_of_key(static_cast<priority::Key>(key)));
  return thread;
}

std::string at_level(std::uint64_t key) {
  const std::string level = level_text(priority::level_of_key(static_cast<priority::Key>(key)));
  return level.empty() ? "below every level" : "level " + level;
}

std::string other_threads(std::uint32_t count) {
  return count == 1 ? "1 other thread" : std::to_string(count) + " other threads";
}

const char* end_word(WaitEnd end) {
  switch (end) {
    case WaitEnd::kAbandoned:
      return "abandoned";
    case WaitEnd::kInVain:
      return "in vain";
    default:
      return "granted";
  }
}

// ---- sentences ----------------------------------------------------------------------------------------------------

std::string ago(std::uint64_t ended_ns) {
  const std::uint64_t now_ns = platform::monotonic_ns();
  return duration(now_ns > ended_ns ? (now_ns - ended_ns) / 1'000'000 : 0) + " ago";
}

std::string fixed(std::uint64_t ns) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f ms", static_cast<double>(ns) / 1e6);
  return text.data();
}

void print_wait(const inspect::Longest<WaitStory>& wait, bool is_mutex) {
  if (wait.ns == 0) return;
  if (!wait.story) {
    std::cout << "  A wait took " << fixed(wait.ns) << ". Its record is unfinished.\n";
    return;
  }
  const WaitStory& story = *wait.story;
  const Parts parts = parts_of(story, wait.ns);
  std::cout << "  " << who(story.waiter) << " (" << at_level(story.key) << ") waited " << fixed(wait.ns)
            << (story.end == WaitEnd::kInVain ? ", in vain" : "") << ", until " << ago(story.ended_ns) << ".\n";
  if (parts.is_split) {
    std::cout << "    " << fixed(parts.before_ns)
              << (is_mutex ? "  it waited for owners\n" : "  it waited for a signal\n") << "    "
              << fixed(parts.after_ns) << "  it was granted, but not yet running\n";
  } else if (story.end != WaitEnd::kInVain) {
    std::cout << "    The granter was killed over the grant: when it came is not known.\n";
  }
  if (story.owner.tid != 0) {
    std::cout << "    " << who(story.owner) << " owned it when the waiter queued";
    if (story.depth > 1) std::cout << ", and waited itself: the chain had " << story.depth << " threads";
    std::cout << ".\n";
  }
  if (story.served != 0) std::cout << "    " << other_threads(story.served) << " got it before.\n";
  if (story.end == WaitEnd::kAbandoned)
    std::cout << "    Its owner " << who(story.granter) << " ended or was killed while it held the mutex.\n";
  else if (story.granter.tid != 0)
    std::cout << "    " << who(story.granter) << (is_mutex ? " handed it over.\n" : " signaled it.\n");
}

void print_hold(const inspect::Longest<HoldStory>& hold) {
  if (hold.ns == 0) return;
  if (!hold.story) {
    std::cout << "  A thread held it " << fixed(hold.ns) << " while others waited. Its record is unfinished.\n";
    return;
  }
  std::cout << "  " << who(hold.story->owner) << " (" << at_level(hold.story->key) << ") held it " << fixed(hold.ns)
            << " while others waited, until " << ago(hold.story->ended_ns) << ".\n";
}

// ---- table --------------------------------------------------------------------------------------------------------

std::vector<Cell> cells(const inspect::ObjectView& object) {
  const auto text = [](std::string value) { return Cell{std::move(value), nullptr}; };
  const auto time = [&text](std::uint64_t ns) { return text(ns == 0 ? "" : fine_duration(ns)); };
  const auto& wait = object.longest_wait;
  const WaitStory story = wait.story.value_or(WaitStory{});
  const Parts parts = wait.story ? parts_of(story, wait.ns) : Parts{};
  return {text(title(object)),
          time(wait.ns),
          text(parts.is_split ? fine_duration(parts.before_ns) : ""),
          text(parts.is_split ? fine_duration(parts.after_ns) : ""),
          text(who(story.waiter)),
          text(who(story.owner)),
          text(wait.story ? std::to_string(story.served) : ""),
          text(story.depth != 0 ? std::to_string(story.depth) : ""),
          time(object.longest_hold.ns),
          text(object.longest_hold.story ? who(object.longest_hold.story->owner) : "")};
}

// ---- JSON ---------------------------------------------------------------------------------------------------------

Json wait_json(const inspect::Longest<WaitStory>& wait) {
  if (wait.ns == 0) return nullptr;
  if (!wait.story) return {{"length_ns", wait.ns}, {"finished", false}};
  const WaitStory& story = *wait.story;
  const Parts parts = parts_of(story, wait.ns);
  return {{"length_ns", wait.ns},
          {"finished", true},
          {"end", end_word(story.end)},
          {"queued_ns", parts.queued_ns},
          {"granted_ns", parts.is_split ? Json(story.granted_ns) : Json(nullptr)},
          {"ended_ns", story.ended_ns},
          {"until_granted_ns", parts.is_split ? Json(parts.before_ns) : Json(nullptr)},
          {"until_running_ns", parts.is_split ? Json(parts.after_ns) : Json(nullptr)},
          {"waiter", with_level(who_json(story.waiter), story.key)},
          {"owner", who_json(story.owner)},
          {"granter", who_json(story.granter)},
          {"served_before", story.served},
          {"chain", story.depth}};
}

Json hold_json(const inspect::Longest<HoldStory>& hold) {
  if (hold.ns == 0) return nullptr;
  if (!hold.story) return {{"length_ns", hold.ns}, {"finished", false}};
  return {{"length_ns", hold.ns},
          {"finished", true},
          {"began_ns", hold.story->ended_ns - hold.ns},
          {"ended_ns", hold.story->ended_ns},
          {"owner", with_level(who_json(hold.story->owner), hold.story->key)}};
}

Json as_json(const std::vector<inspect::ObjectView>& objects) {
  Json list = Json::array();
  for (const inspect::ObjectView& object : objects) {
    list.push_back({{"name", object.name.empty() ? Json(nullptr) : Json(object.name)},
                    {"kind", kind_word(object.kind)},
                    {"slot", object.slot},
                    {"wait", wait_json(object.longest_wait)},
                    {"hold", hold_json(object.longest_hold)}});
  }
  return {{"namespace", runtime::selected_namespace()}, {"objects", std::move(list)}};
}

// ---- the command --------------------------------------------------------------------------------------------------

bool is_asked_for(const inspect::ObjectView& object, const Options& options) {
  if (!options.name) return !object.name.empty() || object.kind == Kind::kMutex;
  return (!object.name.empty() && object.name == plain_name(*options.name)) ||
         *options.name == "#" + std::to_string(object.slot);
}

void print_text(const std::vector<inspect::ObjectView>& objects) {
  Listing listing(kColumns);
  for (const inspect::ObjectView& object : objects) listing.add(cells(object));
  listing.print({}, kAll);
  for (const inspect::ObjectView& object : objects) {
    const bool is_mutex = object.kind == Kind::kMutex;
    std::cout << '\n' << title(object) << " (" << kind_word(object.kind) << ")\n";
    print_wait(object.longest_wait, is_mutex);
    print_hold(object.longest_hold);
  }
}

int run(const Options& options) {
  using Access = inspect::View::Access;
  const auto view = open_selected("worst", options.reset ? Access::kReset : Access::kRead);
  if (!view) return kTrouble;
  std::vector<inspect::ObjectView> objects = view->objects();
  std::erase_if(objects, [&options](const inspect::ObjectView& object) { return !is_asked_for(object, options); });
  if (options.name && objects.empty()) {
    std::cerr << "rtss worst: no object \"" << inspect::printable(*options.name) << "\" in namespace \""
              << runtime::selected_namespace() << "\" (" << view->path() << "); \"rtss ls\" lists what there is\n";
    return kTrouble;
  }
  if (options.reset) {
    for (const inspect::ObjectView& object : objects) view->forget_longest(object);
  }
  std::erase_if(objects, [](const inspect::ObjectView& object) {
    return object.longest_wait.ns == 0 && object.longest_hold.ns == 0;
  });
  std::ranges::stable_sort(objects, std::greater{}, [](const inspect::ObjectView& object) {
    return std::pair(object.longest_wait.ns, object.longest_hold.ns);
  });
  if (objects.size() > options.count) objects.resize(options.count);
  if (options.json)
    print_json(as_json(objects));
  else if (objects.empty())
    std::cout << "No wait has slept there.\n";
  else
    print_text(objects);
  return kDone;
}

}  // namespace

void add_worst(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("worst", "List the longest waits and contended holds, with their causes");
  command.add_option("name", options->name, "Only this object; #SLOT for one without a name");
  command.add_option("-n,--count", options->count, "At most so many objects, worst first; default 10")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description(""));
  command.add_flag("-J,--json", options->json, "Print JSON");
  command.add_flag("--reset", options->reset,
                   "Print what was recorded, then begin anew: for all objects, however many are printed, or for NAME");
  command.footer(
      "Each named object, and each mutex without a name, keeps its longest wait and its longest contended hold,\n"
      "always and without privilege. Both outlive the threads that took part. A wait is recorded when it ends,\n"
      "also in vain.\n"
      "OWNERS is the part until the object was granted, GRANTED the part from then until the waiter ran. OWNER owned\n"
      "the mutex when WAITER queued; SERVED other threads got the object before; CHAIN threads were in front of it: 1\n"
      "if the owner did not wait itself. A thread's name is the one it had at its first call; its level the one it\n"
      "ran at, with what waiters lent it.\n"
      "HELD counts from the hand-over if other threads waited already, else from when the first one queued; it ends\n"
      "with the release, or when the last waiter gives up. Holds for which no thread waits are not timed.\n\n"
      "Examples:\n"
      "  rtss worst                              the ten worst objects\n"
      "  rtss worst \"Motion Lock\"                why that mutex kept a thread waiting\n"
      "  rtss worst --reset >before-shift.txt    a report, and a new start\n"
      "  rtss worst -J | jq '.objects[0].wait'\n\n"
      "Exit: 0; 125 if there is no such object, the namespace cannot be read, or with --reset written, or for a wrong\n"
      "option.");
  command.callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace rtss::tool
