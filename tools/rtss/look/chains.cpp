#include "tools/rtss/look/chains.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

namespace rtss::tool {

namespace {

using inspect::ThreadView;

// The owner that stands between a thread and an object; null when it is another kind, free, or the thread's own.
const ThreadView* obstacle(const Snapshot& snapshot, const ThreadView& thread, std::uint32_t object_slot) {
  const auto* const object = snapshot.object(object_slot);
  if (object == nullptr || object->kind != runtime::Kind::kMutex || object->signaled) return nullptr;
  const ThreadView* const owner = snapshot.thread(object->owner_slot);
  return owner == nullptr || owner->slot == thread.slot || owner->tid != object->owner_tid ? nullptr : owner;
}

Link link_of(const ThreadView& thread, std::uint32_t object, const ThreadView& owner) {
  return {.thread = thread.slot, .object = object, .owner = owner.slot, .since_ms = thread.since_ms};
}

using Stuck = std::map<std::uint32_t, const ThreadView*>;  // by slot

bool is_stuck(const Snapshot& snapshot, const ThreadView& thread, const Stuck& stuck) {
  const auto is_barred = [&](std::uint32_t object) {
    const ThreadView* const owner = obstacle(snapshot, thread, object);
    return owner != nullptr && stuck.contains(owner->slot);
  };
  if (thread.blocked_on.empty()) return false;
  return thread.wait_all ? std::ranges::any_of(thread.blocked_on, is_barred)
                         : std::ranges::all_of(thread.blocked_on, is_barred);
}

// The greatest set of blocked threads that wait for one another only.
Stuck find_stuck(const Snapshot& snapshot) {
  Stuck stuck;
  for (const ThreadView& thread : snapshot.threads) {
    if (thread.blocked) stuck.emplace(thread.slot, &thread);
  }
  while (std::erase_if(stuck, [&](const auto& entry) { return !is_stuck(snapshot, *entry.second, stuck); }) != 0) {
  }
  return stuck;
}

Link next_stuck_link(const Snapshot& snapshot, const ThreadView& thread, const Stuck& stuck) {
  for (const std::uint32_t object : thread.blocked_on) {
    const ThreadView* const owner = obstacle(snapshot, thread, object);
    if (owner != nullptr && stuck.contains(owner->slot)) return link_of(thread, object, *owner);
  }
  return {};  // not for a thread that is stuck
}

}  // namespace

Chain chain_from(const Snapshot& snapshot, std::uint32_t thread_slot) {
  Chain chain;
  std::set<std::uint32_t> seen;
  const ThreadView* thread = snapshot.thread(thread_slot);
  while (thread != nullptr && thread->blocked && seen.insert(thread->slot).second) {
    const ThreadView* owner = nullptr;
    for (const std::uint32_t object : thread->blocked_on) {
      owner = obstacle(snapshot, *thread, object);
      if (owner == nullptr) continue;
      chain.push_back(link_of(*thread, object, *owner));
      break;
    }
    thread = owner;
  }
  return chain;
}

std::vector<Chain> deadlocks(const Snapshot& snapshot) {
  const Stuck stuck = find_stuck(snapshot);
  std::vector<Chain> cycles;
  std::set<std::uint32_t> seen;
  for (const auto& [slot, start] : stuck) {
    Chain path;
    const ThreadView* thread = start;
    while (seen.insert(thread->slot).second) {
      path.push_back(next_stuck_link(snapshot, *thread, stuck));
      thread = stuck.at(path.back().owner);
    }
    // Where the path meets itself a cycle begins; where it meets an earlier path there is nothing new.
    const auto begin = std::ranges::find(path, thread->slot, &Link::thread);
    if (begin == path.end()) continue;
    path.erase(path.begin(), begin);
    std::ranges::rotate(path, std::ranges::min_element(path, {}, &Link::thread));
    cycles.push_back(std::move(path));
  }
  return cycles;
}

std::vector<Chain> confirmed_deadlocks(const inspect::View& view, const Snapshot& snapshot) {
  std::vector<Chain> found = deadlocks(snapshot);
  if (found.empty()) return found;
  // Longer than a tick of the coarse clock: a wait with the same start is then the same wait.
  std::this_thread::sleep_for(std::chrono::milliseconds(12));
  const std::vector<Chain> again = deadlocks(take_snapshot(view));
  std::erase_if(found, [&](const Chain& chain) { return std::ranges::find(again, chain) == again.end(); });
  return found;
}

std::string describe(const Chain& chain, const Snapshot& snapshot, Commands& commands) {
  const auto who = [&](std::uint32_t slot) {
    const auto* const thread = snapshot.thread(slot);
    return thread == nullptr ? std::string("?") : commands.who(thread->pid, thread->tid);
  };
  std::string text;
  for (const Link& link : chain) {
    const auto* const object = snapshot.object(link.object);
    text += text.empty() ? who(link.thread) + " waits" : ", which waits";
    text += " for \"" + (object == nullptr ? "?" : title(*object)) + "\" of " + who(link.owner);
  }
  return text;
}

Json describe_json(const Chain& chain, const Snapshot& snapshot, Commands& commands) {
  Json links = Json::array();
  for (const Link& link : chain) {
    const auto* const thread = snapshot.thread(link.thread);
    const auto* const owner = snapshot.thread(link.owner);
    const auto* const object = snapshot.object(link.object);
    if (thread == nullptr || owner == nullptr || object == nullptr) continue;
    links.push_back({{"waiter", commands.json(thread->pid, thread->tid)},
                     {"object", object->name.empty() ? Json(nullptr) : Json(object->name)},
                     {"slot", link.object},
                     {"owner", commands.json(owner->pid, owner->tid)},
                     {"waited_ms", inspect::View::waited_ms(link.since_ms)}});
  }
  return links;
}

}  // namespace rtss::tool
