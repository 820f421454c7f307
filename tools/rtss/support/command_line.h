// The command line before CLI11 sees it: what belongs to a command that rtss starts is none of its options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace rtss::tool {

// The word that names the sub-command; empty: there is none, or an option of "rtss" itself, as --help, stands before
// it.
std::string_view subcommand_word(int argc, char** argv);

// argv without the command that "lock" and "run" start, and without what follows the word "bench", which is kept for
// command_words(). The options of `app` tell which words are values.
std::vector<const char*> own_words(const CLI::App& app, int argc, char** argv);

// The command to start and its arguments; empty when there is none.
const std::vector<std::string>& command_words();

}  // namespace rtss::tool
