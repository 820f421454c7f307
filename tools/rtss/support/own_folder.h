#pragma once

#include <string>

namespace rtss::tool {

std::string own_folder();  // where this program lies

}  // namespace rtss::tool
