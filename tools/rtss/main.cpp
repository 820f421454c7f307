// rtss: see, use and trust a namespace from the command line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "platform/descriptor.h"
#include "tools/rtss/bench.h"
#include "tools/rtss/doctor/check.h"
#include "tools/rtss/doctor/doctor.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/look/ls.h"
#include "tools/rtss/look/show.h"
#include "tools/rtss/look/top.h"
#include "tools/rtss/look/worst.h"
#include "tools/rtss/namespace/clean.h"
#include "tools/rtss/namespace/info.h"
#include "tools/rtss/namespace/namespace.h"
#include "tools/rtss/run/kill.h"
#include "tools/rtss/run/run.h"
#include "tools/rtss/support/command_line.h"
#include "tools/rtss/support/objects.h"
#include "tools/rtss/support/text.h"
#include "tools/rtss/use/event.h"
#include "tools/rtss/use/lock.h"
#include "tools/rtss/use/memory.h"
#include "tools/rtss/use/remove.h"
#include "tools/rtss/use/semaphore.h"
#include "tools/rtss/use/try.h"
#include "tools/rtss/use/wait.h"

namespace rtss::tool {

namespace {

struct Command {
  std::string_view name;
  void (*add)(CLI::App& app, int& exit_code);
};

constexpr Command kCommands[] = {
    {"ls", add_ls},       {"show", add_show},     {"top", add_top},       {"worst", add_worst},
    {"info", add_info},   {"check", add_check},   {"doctor", add_doctor}, {"clean", add_clean},
    {"lock", add_lock},   {"try", add_try},       {"wait", add_wait},     {"mutex", add_mutex},
    {"event", add_event}, {"sem", add_semaphore}, {"shm", add_memory},    {"remove", add_remove},
    {"run", add_run},     {"kill", add_kill},     {"bench", add_bench},   {"namespace", add_namespace}};

// The one that is named, or all for want of it: describing every command takes longer than most of them do.
void add_commands(CLI::App& app, int& exit_code, std::string_view name) {
  const auto* const named = std::ranges::find(kCommands, name, &Command::name);
  if (named != std::end(kCommands)) return named->add(app, exit_code);
  for (const Command& command : kCommands) command.add(app, exit_code);
}

// The last sub-command that was understood.
const CLI::App& innermost(const CLI::App& app) {
  const auto below = app.get_subcommands();
  return below.empty() ? app : innermost(*below.front());
}

std::string full_name(const CLI::App& command) {
  return (command.get_parent() == nullptr ? "" : full_name(*command.get_parent()) + " ") + command.get_name();
}

// What is wrong with the first word that is left over; empty: there is none, or CLI11 says it.
std::string wrong_word(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining(true);
  const auto word = std::ranges::find_if(words, [](const std::string& text) { return text != "--"; });
  if (word == words.end()) return {};
  const CLI::App& command = innermost(app);
  const std::string name = full_name(command);
  const std::string help = "; see " + name + " --help";
  if (word->starts_with('-')) return "unknown option " + in_quotes(*word) + help;
  if (command.get_require_subcommand_min() != 0) return name + " has no sub-command " + in_quotes(*word) + help;
  return {};
}

// Also for those "errors" that are a wish for help.
int explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto is = [&error](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
  if (is(CLI::ExitCodes::RequiredError) || is(CLI::ExitCodes::ExtrasError)) {
    if (const std::string text = wrong_word(app); !text.empty()) return trouble(text);
  }
  return app.exit(error) == 0 ? kDone : kTrouble;
}

int run(int argc, char** argv) {
  CLI::App app("Named real-time objects that processes share: see them, use them from scripts, run programs with them.",
               "rtss");
  std::string name_space;
  int exit_code = kDone;
  app.require_subcommand(1);
  app.fallthrough();  // inherited: --namespace may stand behind a sub-command, too
  app.set_version_flag("--version", "rtss " RTSS_VERSION);
  app.add_option("--namespace", name_space, "The namespace; default: what RTSS_NAMESPACE names")
      ->each([](const std::string& name) { setenv("RTSS_NAMESPACE", name.c_str(), 1); });
  add_commands(app, exit_code, subcommand_word(argc, argv));
  app.footer(  // last: sub-commands would inherit it
      "First steps:\n"
      "  rtss lock motion -- ./calibrate                   run a command, owning a mutex\n"
      "  rtss bench timer -D 10 --html latency.html        a picture of wake-up latency\n"
      "  rtss namespace create --group plant-users plant   objects that users share\n\n"
      "\"rtss SUBCOMMAND --help\" shows more examples; \"man rtss\" has all of it.");
  const std::vector<const char*> words = own_words(app, argc, argv);
  try {
    app.parse(static_cast<int>(words.size()), words.data());
  } catch (const CLI::ParseError& error) {
    return explain(app, error);
  }
  return exit_code;
}

}  // namespace

}  // namespace rtss::tool

// A command that exits with its child's code has written nothing.
int main(int argc, char** argv) {
  rtss::platform::fill_standard_descriptors();
  rtss::tool::use_utf8();
  const int exit_code = rtss::tool::run(argc, argv);
  const int error = rtss::tool::flush_standard_output();
  if (error == 0) return exit_code;
  return rtss::tool::trouble(std::string("standard output cannot be written: ") + std::strerror(error));
}
