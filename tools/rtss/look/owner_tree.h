// Objects below the threads that own them, for "top".
#pragma once

#include <vector>

#include "tools/rtss/support/snapshot.h"

namespace rtss::tool {

struct Branch {
  const inspect::ThreadView* owner;  // null: no thread owns these
  std::vector<std::size_t> objects;  // indices into those that were given
};

// Owners in the order of their first objects, the threads of one process together; last what no thread owns.
std::vector<Branch> owner_tree(const Snapshot& snapshot, const std::vector<const inspect::ObjectView*>& objects);

}  // namespace rtss::tool
