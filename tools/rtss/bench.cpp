// rtss bench: becomes rtss-bench.
#include "tools/rtss/bench.h"

#include <unistd.h>

#include <CLI/App.hpp>
#include <cerrno>
#include <vector>

#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/child.h"
#include "tools/rtss/support/command_line.h"
#include "tools/rtss/support/own_folder.h"

namespace rtss::tool {

namespace {

constexpr const char* kProgram = "rtss-bench";

int bench() {
  std::vector<char*> arguments = {const_cast<char*>(kProgram)};
  for (const std::string& word : command_words()) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::string folder = own_folder();
  for (const char* const place : {"/rtss-bench", "/../../bench/rtss-bench"}) {  // installed; in the build tree
    execv((folder + place).c_str(), arguments.data());
  }
  execvp(kProgram, arguments.data());
  const int error = errno;
  const int code = exec_failed(kProgram, error);
  if (error == ENOENT) warn("rtss-bench is built with rtss, by -DRTSS_TOOLS=ON; put it beside rtss or into PATH");
  return code;
}

}  // namespace

void add_bench(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("bench", "Measure what objects cost here: all that follows is rtss-bench's");
  command->set_help_flag();  // its own --help says more
  command->callback([&exit_code] { exit_code = bench(); });
}

}  // namespace rtss::tool
