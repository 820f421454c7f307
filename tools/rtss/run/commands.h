// The commands that run, end and measure programs.
#pragma once

#include <string>

#include "tools/rtss/commands.h"

namespace rtss::tool {

void add_run(CLI::App& app, int& exit_code);
void add_kill(CLI::App& app, int& exit_code);
void add_bench(CLI::App& app, int& exit_code);
void add_namespace(CLI::App& app, int& exit_code);

std::string own_folder();  // where this program lies

}  // namespace rtss::tool
