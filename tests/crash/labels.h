// The labels of the steps, as they stand in the library's sources.
#pragma once

#include <set>
#include <string>

namespace rtss::test {

const std::set<std::string>& labels_in_source();

}  // namespace rtss::test
