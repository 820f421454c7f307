// rtss: see, use and trust a namespace from the command line.
#include <cstdlib>
#include <iostream>

#include "tools/rtss/commands.h"
#include "tools/rtss/use/words.h"

int main(int argc, char** argv) {
  CLI::App app("Named real-time objects that processes share: see them, use them from scripts, run programs with them.",
               "rtss");
  std::string name_space;
  int exit_code = rtss::tool::kDone;
  app.require_subcommand(1);
  app.add_option("--namespace", name_space, "The namespace; default: what RTSS_NAMESPACE names")
      ->each([](const std::string& name) { setenv("RTSS_NAMESPACE", name.c_str(), 1); });
  rtss::tool::add_look_commands(app, exit_code);
  rtss::tool::add_use_commands(app, exit_code);
  rtss::tool::add_run_commands(app, exit_code);
  const std::vector<const char*> words = rtss::tool::own_words(argc, argv);
  try {
    app.parse(static_cast<int>(words.size()), words.data());
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? rtss::tool::kDone : rtss::tool::kTrouble;
  }
  return exit_code;
}
