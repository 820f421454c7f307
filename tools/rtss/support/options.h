// Options that mean the same in several commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/rtss/support/objects.h"

namespace CLI {
class App;
class Option;
class Validator;
}  // namespace CLI

namespace rtss::tool {

CLI::Option* add_name(CLI::App& command, std::string& name, const std::string& text);
CLI::Option* add_names(CLI::App& command, std::vector<std::string>& names, const std::string& text);
CLI::Option* add_wait_option(CLI::App& command, std::optional<double>& seconds);  // -w, --wait
CLI::Option* add_kind_option(CLI::App& command, Kind& kind);                      // -t, --type
CLI::Option* add_exclusive_option(CLI::App& command, bool& exclusive);            // -x, --exclusive

enum class OnAbandoned : unsigned char { kRun, kWarn, kFail };
CLI::Option* add_abandoned_option(CLI::App& command, OnAbandoned& what);
void tell_abandoned(const std::string& what, OnAbandoned reaction);

CLI::Validator seconds_within(double least, double most);

// The line of --help that CLI11 cannot know: a command that ends in another one.
void set_usage(CLI::App& command, const std::string& usage);

std::string seconds_text(double seconds);  // "2.5 s"

}  // namespace rtss::tool
