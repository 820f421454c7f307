#include "tools/rtss/look/ls.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/look/chains.h"
#include "tools/rtss/look/object_cells.h"
#include "tools/rtss/support/open_selected.h"
#include "tools/rtss/support/options.h"

namespace rtss::tool {

namespace {

struct Options {
  ListingOptions listing;
  std::vector<std::string> kinds;
  bool all = false;
  std::optional<std::int32_t> pid;
  std::optional<double> watch_s;
};

bool is_used_by(const inspect::View& view, const inspect::ObjectView& object, std::int32_t pid) {
  return involves(object, pid) ||
         std::ranges::any_of(view.holders(object), [pid](const inspect::Holder& holder) { return holder.pid == pid; });
}

bool is_wanted(const inspect::ObjectView& object, const Options& options) {
  if (!options.kinds.empty()) return std::ranges::count(options.kinds, kind_word(object.kind)) != 0;
  return options.all || !object.name.empty();
}

// Warnings go to standard error, so that the table stays one.
void print_notes(const Snapshot& snapshot, const std::vector<Chain>& cycles, Commands& commands) {
  for (const Chain& cycle : cycles) {
    std::cerr << "rtss ls: deadlock: " << describe(cycle, snapshot, commands) << '\n';
  }
  if (snapshot.info.refused_boosts != 0) {
    std::cerr << "rtss ls: " << snapshot.info.refused_boosts
              << " boosts were refused by Linux: see \"rtss doctor\" for the missing privilege\n";
  }
  if (snapshot.info.living == 0 && snapshot.info.unswept != 0) {
    std::cerr << "rtss ls: no program uses this namespace now; the next one tidies up after those that ended\n";
  } else if (snapshot.info.unswept != 0) {
    std::cerr << "rtss ls: " << snapshot.info.unswept
              << " dead threads or processes are not swept yet: see \"rtss check\"\n";
  }
}

Json as_json(const Listing& listing, const ListingOptions& options, const Snapshot& snapshot,
             const std::vector<Chain>& cycles, Commands& commands) {
  Json deadlocked = Json::array();
  for (const Chain& cycle : cycles) deadlocked.push_back(describe_json(cycle, snapshot, commands));
  return {{"namespace", runtime::selected_namespace()},
          {"refused_boosts", snapshot.info.refused_boosts},
          {"unswept", snapshot.info.unswept},
          {"deadlocks", std::move(deadlocked)},
          {"objects", listing.json(options)}};
}

int list_once(const Options& options) {
  const auto view = open_selected("ls");
  if (!view) return kTrouble;
  const Snapshot snapshot = take_snapshot(*view);
  Commands commands(snapshot.info);
  Listing listing(object_columns());
  for (const inspect::ObjectView& object : snapshot.objects) {
    if (!is_wanted(object, options)) continue;
    if (!options.pid || is_used_by(*view, object, *options.pid)) listing.add(object_cells(object, snapshot, commands));
  }
  const auto cycles = confirmed_deadlocks(*view, snapshot);
  if (options.listing.json) {
    print_json(as_json(listing, options.listing, snapshot, cycles, commands));
  } else {
    listing.print(options.listing, usual_object_columns());
    print_notes(snapshot, cycles, commands);
  }
  return kDone;
}

// Until a signal ends it, or its output: like watch(1), and without a process for each look.
int watch(const Options& options) {
  constexpr const char* kClearScreen = "\033[H\033[2J";
  for (bool is_first = true;; is_first = false) {
    if (terminal_width() != 0)
      std::cout << kClearScreen;
    else if (!is_first)
      std::cout << '\n';
    if (const int code = list_once(options); code != kDone) return code;
    if (!std::cout.flush()) return kDone;  // main() says why
    std::this_thread::sleep_for(std::chrono::duration<double>(*options.watch_s));
  }
}

}  // namespace

void add_ls(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("ls", "List the objects of a namespace: state, owner, waiters, levels");
  add_list_option(command, "-t,--type", options->kinds,
                  {"mutex", "event", "semaphore", "shm", "timer", "thread", "process", "shutdown"},
                  "Only objects of these kinds, separated by commas; see KIND")
      ->type_name("KINDS");
  command.add_flag("-a,--all", options->all, "Unnamed objects too, as #SLOT");
  command.add_option("-p,--process", options->pid, "Only what this process owns, waits for or has open")
      ->type_name("PID")
      ->check(CLI::PositiveNumber.description(""));
  command
      .add_option_function<double>(
          "-w,--watch", [options](const double& seconds) { options->watch_s = seconds; },
          "List again every so many seconds, 0.05 to 3600, until interrupted")
      ->type_name("SECONDS")
      ->check(seconds_within(0.05, 3600));
  add_listing_options(command, options->listing, object_columns());
  command.footer(
      "Only looks: no lock is taken, nothing that runs is delayed. What it prints may be out of date at once.\n"
      "Deadlocks, refused boosts and dead processes that are not swept yet are named on standard error.\n\n" +
      column_help(object_columns()) +
      "\nExamples:\n"
      "  rtss ls                               what there is\n"
      "  rtss ls -t mutex -o NAME,OWNER        who owns which mutex\n"
      "  rtss ls -p 4711 --watch 1             what a process has, once a second\n"
      "  rtss ls -nr -o NAME -t event          names for a script\n"
      "  rtss ls -J | jq '.objects[] | select(.waiting > 0)'\n\n"
      "Exit: 0; 125 if the namespace cannot be read, or for a wrong option.");
  command.callback([options, &exit_code] { exit_code = options->watch_s ? watch(*options) : list_once(*options); });
}

}  // namespace rtss::tool
