// Chains of mutex owners that wait themselves, and deadlocks.
#pragma once

#include <string>
#include <vector>

#include "tools/rtss/support/snapshot.h"

namespace rtss::tool {

// A blocked thread, a mutex it waits for, and its owner.
struct Link {
  std::uint32_t thread;  // slot
  std::uint32_t object;  // slot
  std::uint32_t owner;   // thread slot
  std::uint32_t since_ms;
  bool operator==(const Link&) const = default;
};
using Chain = std::vector<Link>;

// From a thread to the running owner at the end, or until it closes. Follows the first mutex of a wait on several.
Chain chain_from(const Snapshot& snapshot, std::uint32_t thread_slot);

// Cycles among threads none of which can go on: of a wait for any, every object is such a mutex; of a wait for all,
// one. A wait with a time-out still ends by itself, and its deadlock with it. Each cycle begins at its lowest thread
// slot.
std::vector<Chain> deadlocks(const Snapshot& snapshot);

// Those of a snapshot that outlast the moment: looks again (a few milliseconds later, and only if there are
// any) and keeps those of which every thread is still in the same wait. Then all of it was true at one moment.
std::vector<Chain> confirmed_deadlocks(const inspect::View& view, const Snapshot& snapshot);

// "worker/7/8 waits for "A", owned by main/5/5 ..."
std::string describe(const Chain& chain, const Snapshot& snapshot, Commands& commands);
Json describe_json(const Chain& chain, const Snapshot& snapshot, Commands& commands);

}  // namespace rtss::tool
