// One object as the cells of a row, for "ls" and for the head of "show".
#pragma once

#include <span>
#include <vector>

#include "tools/rtss/support/snapshot.h"

namespace rtss::tool {

std::span<const Column> object_columns();
std::span<const char* const> usual_object_columns();
std::vector<Cell> object_cells(const inspect::ObjectView& object, const Snapshot& snapshot, Commands& commands);

}  // namespace rtss::tool
