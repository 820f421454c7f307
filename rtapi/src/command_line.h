// A command line and its words, by the rules of the Microsoft C start-up code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rtss::rtapi {

// Blanks separate. Quotes keep blanks together and vanish; "" inside them is a quote. Backslashes are themselves,
// except before a quote: there two stand for one, and one left over makes the quote itself. The first word knows no
// backslashes.
std::vector<std::string> split_command_line(std::string_view line);

// The line that is split into these words.
std::string join_command_line(const std::vector<std::string>& words);

}  // namespace rtss::rtapi
