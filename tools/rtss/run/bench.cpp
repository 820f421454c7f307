// rtss bench: becomes rtss-bench.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <vector>

#include "tools/rtss/run/commands.h"
#include "tools/rtss/use/child.h"
#include "tools/rtss/use/use.h"
#include "tools/rtss/use/words.h"

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

std::string own_folder() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  const std::string program(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return program.substr(0, program.rfind('/'));
}

void add_bench(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("bench", "Measure what objects cost here: all that follows is rtss-bench's");
  command->set_help_flag();  // its own --help says more
  command->callback([&exit_code] { exit_code = bench(); });
}

void add_run_commands(CLI::App& app, int& exit_code) {
  add_run(app, exit_code);
  add_kill(app, exit_code);
  add_bench(app, exit_code);
  add_namespace(app, exit_code);
}

}  // namespace rtss::tool
