// The sub-commands that only look. Each function adds its own.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "runtime/inspect/inspect.h"

namespace rtss::tool::look {

void add_ls(CLI::App& app, int& exit_code);
void add_show(CLI::App& app, int& exit_code);
void add_top(CLI::App& app, int& exit_code);
void add_info(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_doctor(CLI::App& app, int& exit_code);
void add_clean(CLI::App& app, int& exit_code);

// The selected namespace; on failure says on standard error what is wrong and what to do.
std::optional<runtime::inspect::View> open_selected(const char* command);

}  // namespace rtss::tool::look
