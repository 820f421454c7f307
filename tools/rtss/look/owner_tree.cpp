#include "tools/rtss/look/owner_tree.h"

#include <algorithm>

namespace rtss::tool {

namespace {

// The owner's branch; a new one stands behind those of its process.
Branch& branch_of(std::vector<Branch>& branches, const inspect::ThreadView* owner) {
  const auto found = std::ranges::find(branches, owner, &Branch::owner);
  if (found != branches.end()) return *found;
  const auto of_process = [owner](const Branch& other) { return other.owner->pid == owner->pid; };
  const auto last = std::find_if(branches.rbegin(), branches.rend(), of_process);
  return *branches.insert(last == branches.rend() ? branches.end() : last.base(), {.owner = owner, .objects = {}});
}

}  // namespace

std::vector<Branch> owner_tree(const Snapshot& snapshot, const std::vector<const inspect::ObjectView*>& objects) {
  std::vector<Branch> branches;
  Branch ownerless{.owner = nullptr, .objects = {}};
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto* const owner = snapshot.owner_of(*objects[i]);
    (owner == nullptr ? ownerless : branch_of(branches, owner)).objects.push_back(i);
  }
  if (!ownerless.objects.empty()) branches.push_back(std::move(ownerless));
  return branches;
}

}  // namespace rtss::tool
