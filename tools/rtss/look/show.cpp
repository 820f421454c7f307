#include "tools/rtss/look/show.h"

#include <CLI/App.hpp>
#include <iostream>
#include <memory>

#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/look/chains.h"
#include "tools/rtss/look/object_cells.h"
#include "tools/rtss/support/objects.h"
#include "tools/rtss/support/open_selected.h"

namespace rtss::tool {

namespace {

using runtime::Kind;

struct Options {
  std::string name;
  std::string kind;
  bool json = false;
};

constexpr Column kWaiterColumns[] = {
    {"WAITER", "who", ""},
    {"LEVEL", "level", "", Align::kRight},
    {"WAITED", "waited_ms", "", Align::kRight},
    {"FOR", "for", ""},
    {"BOOSTS", "boosts", ""},
};
constexpr const char* kWaiterNames[] = {"WAITER", "LEVEL", "WAITED", "FOR", "BOOSTS"};

// Looked up by name, then as #SLOT.
std::optional<inspect::ObjectView> find(const inspect::View& view, const Options& options) {
  const Kind kind = kind_of_word(options.kind);
  if (auto object = view.object(plain_name(options.name), kind)) return object;
  if (options.name.size() < 2 || options.name[0] != '#') return std::nullopt;
  if (options.name.find_first_not_of("0123456789", 1) != std::string::npos || options.name.size() > 8) {
    return std::nullopt;
  }
  auto object = view.object_at(static_cast<std::uint32_t>(std::stoul(options.name.substr(1))));
  if (object && kind != Kind::kFree && object->kind != kind) return std::nullopt;
  return object;
}

// Everything that is shown of one object, looked at once.
class Report {
 public:
  Report(const inspect::View& view, inspect::ObjectView object)
      : view_(view), snapshot_(take_snapshot(view)), commands_(snapshot_.info), object_(std::move(object)) {
    if (const auto* const newer = snapshot_.object(object_.slot);
        newer != nullptr && newer->generation == object_.generation) {
      object_ = *newer;  // of the same moment as the threads
    }
    for (Chain& cycle : confirmed_deadlocks(view, snapshot_)) {
      for (const Link& link : cycle) {
        if (link.object != object_.slot) continue;
        deadlock_ = cycle;
        break;
      }
    }
    owner_ = snapshot_.owner_of(object_);
  }

  void print_text() {
    std::cout << title(object_) << '\n';
    const auto cells = object_cells(object_, snapshot_, commands_);
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (!cells[i].text.empty()) print_line(object_columns()[i].name, toned(cells[i].text, cells[i].tone));
    }
    if (owner_ != nullptr) print_owner();
    print_holders();
    if (!deadlock_.empty()) print_line("DEADLOCK", toned(describe(deadlock_, snapshot_, commands_), Tone::kBad));
    if (!object_.waiters.empty()) print_waiters();
  }

  void print_json() {
    Listing listing(object_columns());
    listing.add(object_cells(object_, snapshot_, commands_));
    Json document = listing.json({})[0];
    document["namespace"] = runtime::selected_namespace();
    document["owner_effective_level"] = owner_ == nullptr ? Json(nullptr) : level_json(owner_->effective_level);
    document["owner_waits"] = describe_json(owner_chain(), snapshot_, commands_);
    document["holders"] = holders_json();
    document["waiters"] = waiters_json();
    document["deadlock"] = describe_json(deadlock_, snapshot_, commands_);
    rtss::tool::print_json(document);
  }

 private:
  static void print_line(const std::string& label, const std::string& text) {
    std::cout << "  " << fitted(label, 12) << text << '\n';
  }

  [[nodiscard]] Chain owner_chain() const { return owner_ == nullptr ? Chain{} : chain_from(snapshot_, owner_->slot); }

  // The waiter whose level the owner has been lent.
  [[nodiscard]] const inspect::Waiter* lender() const {
    if (owner_ == nullptr || object_.lent_level <= owner_->base_level) return nullptr;
    for (const inspect::Waiter& waiter : object_.waiters) {
      if (waiter.thread_slot != owner_->slot) return waiter.level == object_.lent_level ? &waiter : nullptr;
    }
    return nullptr;
  }

  void print_owner() {
    if (const auto* const waiter = lender()) print_line("BOOSTED BY", commands_.who(waiter->pid, waiter->tid));
    if (owner_->effective_level > owner_->base_level) {
      print_line("RUNS AT", "level " + level_text(owner_->effective_level));
    }
    const Chain chain = owner_chain();
    if (!chain.empty()) print_line("CHAIN", describe(chain, snapshot_, commands_));
  }

  void print_holders() {
    std::string text;
    for (const inspect::Holder& holder : view_.holders(object_)) {
      text += (text.empty() ? "" : ", ") + process(holder.pid);
      if (holder.handles > 1) text += " (" + std::to_string(holder.handles) + ")";
    }
    if (!text.empty()) print_line("OPEN IN", text);
  }

  std::string process(std::int32_t pid) {
    const std::string& name = commands_.of(pid, pid);
    return std::to_string(pid) + (name.empty() ? "" : "/" + name);
  }

  void print_waiters() {
    Listing listing(kWaiterColumns);
    for (const inspect::Waiter& waiter : object_.waiters) {
      const std::string boosts = &waiter == lender() ? commands_.who(object_.owner_pid, object_.owner_tid) : "";
      listing.add({{commands_.who(waiter.pid, waiter.tid), nullptr},
                   {level_text(waiter.level), nullptr},
                   {duration(inspect::View::waited_ms(waiter.since_ms)), nullptr},
                   {waited_for(waiter), nullptr},
                   {boosts, nullptr}});
    }
    std::cout << '\n';
    listing.print({}, kWaiterNames);
  }

  [[nodiscard]] std::string waited_for(const inspect::Waiter& waiter) const {
    const auto* const thread = snapshot_.thread(waiter.thread_slot);
    const std::size_t count = thread == nullptr ? 1 : thread->blocked_on.size();
    if (count <= 1) return "this";
    return (waiter.wait_all ? "all of " : "any of ") + std::to_string(count);
  }

  Json holders_json() {
    Json holders = Json::array();
    for (const inspect::Holder& holder : view_.holders(object_)) {
      const std::string& name = commands_.of(holder.pid, holder.pid);
      holders.push_back(
          {{"pid", holder.pid}, {"comm", name.empty() ? Json(nullptr) : Json(name)}, {"handles", holder.handles}});
    }
    return holders;
  }

  Json waiters_json() {
    Json waiters = Json::array();
    for (const inspect::Waiter& waiter : object_.waiters) {
      Json entry = commands_.json(waiter.pid, waiter.tid);
      if (entry.is_null()) continue;  // swept while it was looked at
      entry["level"] = level_json(waiter.level);
      entry["waited_ms"] = inspect::View::waited_ms(waiter.since_ms);
      entry["wait_all"] = waiter.wait_all;
      entry["boosts_owner"] = &waiter == lender();
      waiters.push_back(std::move(entry));
    }
    return waiters;
  }

  const inspect::View& view_;
  Snapshot snapshot_;
  Commands commands_;
  inspect::ObjectView object_;
  const inspect::ThreadView* owner_ = nullptr;
  Chain deadlock_;
};

int run(const Options& options) {
  const auto view = open_selected("show");
  if (!view) return kTrouble;
  auto object = find(*view, options);
  if (!object) {
    const std::string what = options.kind.empty() ? "object" : options.kind;
    std::cerr << "rtss show: no " << what << " \"" << inspect::printable(options.name) << "\" in namespace \""
              << runtime::selected_namespace() << "\" (" << view->path() << "); \"rtss ls\" lists what there is\n";
    return kTrouble;
  }
  Report report(*view, *std::move(object));
  if (options.json)
    report.print_json();
  else
    report.print_text();
  return kDone;
}

}  // namespace

void add_show(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("show", "Show one object: owner, boost, waiters since when, chains");
  command.add_option("name", options->name, "The object's name, or #SLOT for one without")->required();
  command.add_option("-t,--type", options->kind, "Its kind, where names may stand for one object of each kind")
      ->type_name("KIND")
      ->check(CLI::IsMember({"mutex", "event", "semaphore", "shm", "timer", "thread", "process", "shutdown"}));
  command.add_flag("-J,--json", options->json, "Print JSON");
  command.footer(
      "Waiters are listed in the order in which they would be served. CHAIN follows the owner: what it waits for,\n"
      "the owner of that, and so on; DEADLOCK names a cycle.\n\n"
      "Examples:\n"
      "  rtss show \"Motion Lock\"\n"
      "  rtss show -J \"Motion Lock\" | jq .owner.pid\n\n"
      "Exit: 0; 125 if there is no such object, the namespace cannot be read, or for a wrong option.");
  command.callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace rtss::tool
