// The labels of the steps, as they stand in the library's sources, and their rows in the documents.
#pragma once

#include <map>
#include <set>
#include <string>

namespace rtss::test {

const std::set<std::string>& labels_in_source();
// Of each label, the locks of its row in the crash tables of the documents: the names in brackets.
const std::map<std::string, std::set<std::string>>& locks_in_documents();

}  // namespace rtss::test
