// The keys of "top": one list for its help screen and for --help.
#pragma once

#include <string>
#include <vector>

namespace rtss::tool {

std::vector<std::string> key_help();  // a line for each key

}  // namespace rtss::tool
