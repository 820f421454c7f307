// The command line before CLI11 sees it: what belongs to a command that rtss starts is none of its options.
#pragma once

#include <string>
#include <vector>

namespace rtss::tool {

// argv without what follows the "--" of "lock" and "run" or the word "bench", which is kept for command_words().
std::vector<const char*> own_words(int argc, char** argv);

// The command to start and its arguments; empty when there is none.
const std::vector<std::string>& command_words();

}  // namespace rtss::tool
