#include "tools/rtss/namespace/info.h"

#include <CLI/App.hpp>
#include <iostream>
#include <map>
#include <memory>

#include "platform/process_identity.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/open_selected.h"
#include "tools/rtss/support/snapshot.h"

namespace rtss::tool {

namespace {

using runtime::Inheritance;

constexpr Column kProcessColumns[] = {
    {"PID", "pid", "", Align::kRight},
    {"COMMAND", "comm", ""},
    {"THREADS", "threads", "", Align::kRight},
    {"BLOCKED", "blocked", "", Align::kRight},
    {"OWNED", "owned", "", Align::kRight},
    {"HANDLES", "handles", "", Align::kRight},
    {"STATE", "state", ""},
};
constexpr const char* kProcessNames[] = {"PID", "COMMAND", "THREADS", "BLOCKED", "OWNED", "HANDLES", "STATE"};

const char* inheritance_word(Inheritance inheritance) {
  switch (inheritance) {
    case Inheritance::kTiered:
      return "tiered";
    case Inheritance::kLimited:
      return "limited";
    default:
      return "off";
  }
}

Listing list_processes(const Snapshot& snapshot, Commands& commands) {
  struct Sum {
    std::uint32_t threads = 0;
    std::uint32_t blocked = 0;
    std::uint32_t owned = 0;
  };
  std::map<std::int32_t, Sum> sums;
  for (const inspect::ThreadView& thread : snapshot.threads) {
    Sum& sum = sums[thread.pid];
    ++sum.threads;
    sum.blocked += thread.blocked ? 1 : 0;
    sum.owned += thread.owned;
  }
  Listing listing(kProcessColumns);
  for (const inspect::ProcessView& process : snapshot.processes) {
    const Sum sum = sums[process.pid];
    const std::string& name = commands.of(process.pid, process.pid);
    const auto number = [](std::uint32_t value) { return Cell{std::to_string(value), value}; };
    listing.add({{std::to_string(process.pid), process.pid},
                 {name, name.empty() ? Json(nullptr) : Json(name)},
                 number(sum.threads),
                 number(sum.blocked),
                 number(sum.owned),
                 number(process.handles),
                 {process.dead ? "ended" : "running", process.dead ? "dead" : "running"}});
  }
  return listing;
}

void print_line(const char* label, const std::string& text) { std::cout << fitted(label, 18) << text << '\n'; }

std::string usage_text(const inspect::Usage& usage) {
  return std::to_string(usage.in_use) + " of " + std::to_string(usage.limit) + " (at most " +
         std::to_string(usage.ever_used) + " at once so far)";
}

std::string trouble_text(std::uint32_t count, const char* remedy) {
  return count == 0 ? "0" : toned(std::to_string(count), Tone::kWarning) + "  (" + remedy + ")";
}

void print_text(const inspect::View& view, const Snapshot& snapshot, Commands& commands) {
  const inspect::NamespaceView& info = snapshot.info;
  const bool same_pids = info.pid_namespace == platform::pid_namespace();
  print_line("Namespace", std::string(runtime::selected_namespace()));
  print_line("Version", "rtss " RTSS_VERSION);
  print_line("File", view.path() + ", " + bytes(info.bytes) + ", layout version " + std::to_string(info.version));
  print_line("Made by", "user " + std::to_string(info.creator_uid) + (info.group ? ", for a group" : "") +
                            (same_pids ? "" : toned(", in another PID namespace (container)", Tone::kBad)));
  print_line("Inheritance", inheritance_word(info.inheritance));
  print_line("Levels",
             "0-127 are SCHED_FIFO " + std::to_string(info.window.low) + "-" + std::to_string(info.window.high));
  print_line("Names", info.names_per_kind ? "one set for each kind" : "one set for all kinds");
  print_line("Processes", usage_text(info.processes));
  print_line("Threads", usage_text(info.threads));
  print_line("Objects", usage_text(info.objects));
  print_line("Handles", usage_text(info.handles));
  print_line("Refused boosts", trouble_text(info.refused_boosts, "see \"rtss doctor\" for the missing privilege"));
  print_line("Walks cut short", trouble_text(info.walk_truncated, "a chain of waiters longer than its bound"));
  print_line("Deaths swept", std::to_string(info.deaths_swept));
  print_line("Ended, not swept", std::to_string(info.unswept) +
                                     (info.unswept == 0 ? "" : "  (threads and processes; the next program does it)"));
  if (snapshot.processes.empty()) return;
  std::cout << '\n';
  list_processes(snapshot, commands).print({}, kProcessNames);
}

Json usage_json(const inspect::Usage& usage) {
  return {{"in_use", usage.in_use}, {"ever_used", usage.ever_used}, {"limit", usage.limit}};
}

void print_document(const inspect::View& view, const Snapshot& snapshot, Commands& commands) {
  const inspect::NamespaceView& info = snapshot.info;
  print_json({{"namespace", runtime::selected_namespace()},
              {"version", RTSS_VERSION},
              {"path", view.path()},
              {"bytes", info.bytes},
              {"layout_version", info.version},
              {"boot_id", info.boot_id},
              {"creator_uid", info.creator_uid},
              {"group", info.group},
              {"same_pid_namespace", info.pid_namespace == platform::pid_namespace()},
              {"inheritance", inheritance_word(info.inheritance)},
              {"window", {{"low", info.window.low}, {"high", info.window.high}}},
              {"names", info.names_per_kind ? "per-kind" : "single"},
              {"processes", usage_json(info.processes)},
              {"threads", usage_json(info.threads)},
              {"objects", usage_json(info.objects)},
              {"handles", usage_json(info.handles)},
              {"refused_boosts", info.refused_boosts},
              {"walk_truncated", info.walk_truncated},
              {"deaths_swept", info.deaths_swept},
              {"unswept", info.unswept},
              {"members", list_processes(snapshot, commands).json({})}});
}

int run(bool json) {
  const auto view = open_selected("info");
  if (!view) return kTrouble;
  const Snapshot snapshot = take_snapshot(*view);
  Commands commands(snapshot.info);
  if (json)
    print_document(*view, snapshot, commands);
  else
    print_text(*view, snapshot, commands);
  return kDone;
}

}  // namespace

void add_info(CLI::App& app, int& exit_code) {
  auto json = std::make_shared<bool>(false);
  CLI::App& command = *app.add_subcommand("info", "Describe a namespace: settings, limits, counters, its processes");
  command.add_flag("-J,--json", *json, "Print JSON");
  command.footer(
      "Inheritance, the window of priorities, names and limits were chosen when the namespace was made; they stay.\n\n"
      "Example:\n"
      "  rtss info -J | jq .refused_boosts\n\n"
      "Exit: 0; 125 if the namespace cannot be read.");
  command.callback([json, &exit_code] { exit_code = run(*json); });
}

}  // namespace rtss::tool
