#include "priority/inheritance.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "runtime/platform/message.h"

namespace rtss::priority {

namespace {

constexpr std::uint64_t kResetOnFork = 1;        // SCHED_FLAG_RESET_ON_FORK: cannot be cleared without privilege
constexpr std::uint32_t kBaseLifetimeMs = 10;

void count_refusal(const Target& target, int error) noexcept {
  target.refused->fetch_add(1, std::memory_order_relaxed);
  static std::atomic<bool> said{false};
  if (realtime_mode() == Realtime::kOff || said.exchange(true)) return;
  platform::warn("priority of thread %d could not be changed (%s): give the user RLIMIT_RTPRIO (limits.d, \"rtprio 99\"), "
                 "or the program CAP_SYS_NICE; queue order is kept, the scheduler's is not", target.tid, std::strerror(error));
}

bool is_alive(const Target& target) { return !platform::RobustLock::is_dead(target.life->observe()); }

// Sets the scheduling of a thread that may die, and whose tid may then belong to somebody else.
int set(const Target& target, const Scheduling& wanted) noexcept {
  Scheduling before{};
  if (const int error = read_scheduling(target.tid, &before); error != 0) return error;
  if (!is_alive(target)) return ESRCH;
  if (const int error = apply_scheduling(target.tid, wanted); error != 0) return error;
  if (!is_alive(target)) {
    apply_scheduling(target.tid, before);
    return ESRCH;
  }
  return 0;
}

}  // namespace

Realtime realtime_mode() noexcept {
  static const Realtime mode = [] {
    const char* text = std::getenv("RTSS_REALTIME");
    if (text == nullptr || std::strcmp(text, "best-effort") == 0) return Realtime::kBestEffort;
    if (std::strcmp(text, "require") == 0) return Realtime::kRequire;
    if (std::strcmp(text, "off") == 0) return Realtime::kOff;
    platform::warn("RTSS_REALTIME=%s is not require, best-effort or off: using best-effort", text);
    return Realtime::kBestEffort;
  }();
  return mode;
}

void reset(ThreadBoost& boost) {
  boost.base.store(kKeyBelowLevels, std::memory_order_relaxed);
  boost.effective.store(kKeyBelowLevels, std::memory_order_relaxed);
  boost.level_set.store(0, std::memory_order_relaxed);
  boost.boosted.store(0, std::memory_order_relaxed);
  boost.lowering.store(0, std::memory_order_relaxed);
  boost.lowered_base.store(kKeyBelowLevels, std::memory_order_relaxed);
  boost.read_at_ms.store(0, std::memory_order_relaxed);
  for (auto& count : boost.claims) count.store(0, std::memory_order_relaxed);
}

Key top_claim(const ThreadBoost& boost) {
  for (int key = kKeyCount - 1; key > 0; --key) {
    if (boost.claims[static_cast<std::size_t>(key)].load(std::memory_order_relaxed) != 0) return static_cast<Key>(key);
  }
  return kKeyBelowLevels;
}

void add_claim(ThreadBoost& boost, Key key) { boost.claims[key].fetch_add(1, std::memory_order_relaxed); }

void withdraw_claim(ThreadBoost& boost, Key key) {
  if (boost.claims[key].load(std::memory_order_relaxed) != 0) boost.claims[key].fetch_sub(1, std::memory_order_relaxed);
}

bool recompute(ThreadBoost& boost, Key floor) {
  Key effective = base_key(boost);
  if (const Key claimed = top_claim(boost); claimed > effective) effective = claimed;
  if (floor > effective) effective = floor;
  // Pairs with the waiter that stores its block LINKED and then loads effective: one of the two sees the other.
  return boost.effective.exchange(effective, std::memory_order_seq_cst) != effective;
}

void apply(ThreadBoost& boost, const Target& target) noexcept {
  const Key effective = effective_key(boost);
  const bool boosted = boost.boosted.load(std::memory_order_relaxed) != 0;
  if (effective > base_key(boost)) {
    Scheduling wanted = fifo(linux_priority(target.window, level_of_key(effective)));
    if (!boosted) {
      if (read_scheduling(target.tid, &boost.saved) != 0 || is_deadline(boost.saved)) return;
      boost.applied = boost.saved;
      boost.boosted.store(1, std::memory_order_relaxed);
    }
    wanted.flags = boost.saved.flags & kResetOnFork;
    if (same(boost.applied, wanted)) return;
    const int error = set(target, wanted);
    if (error == 0) boost.applied = wanted;
    if (error == EPERM) count_refusal(target, error);
    return;
  }
  if (!boosted) return;
  Scheduling now{};
  // If the kernel's value is not what was applied, the program changed it itself: that is its new base.
  if (read_scheduling(target.tid, &now) == 0 && same(now, boost.applied) && !same(now, boost.saved)) {
    if (const int error = set(target, boost.saved); error == EPERM) count_refusal(target, error);
  }
  boost.boosted.store(0, std::memory_order_relaxed);
}

bool base_is_stale(const ThreadBoost& boost, std::uint32_t now_ms) {
  return boost.level_set.load(std::memory_order_relaxed) == 0 &&
         now_ms - boost.read_at_ms.load(std::memory_order_relaxed) >= kBaseLifetimeMs;
}

void refresh_base(ThreadBoost& boost, const Target& target, std::uint32_t now_ms) noexcept {
  boost.read_at_ms.store(now_ms, std::memory_order_relaxed);
  if (boost.boosted.load(std::memory_order_relaxed) != 0 || boost.level_set.load(std::memory_order_relaxed) != 0) return;
  Scheduling now{};
  if (read_scheduling(0, &now) != 0) return;
  const Key key = is_real_time(now)
                      ? key_of_level(level_of_linux_priority(target.window, static_cast<int>(now.priority)))
                      : kKeyBelowLevels;
  if (key == base_key(boost)) return;
  boost.base.store(key, std::memory_order_release);
  recompute(boost);
}

int set_base(ThreadBoost& boost, const Target& target, Key key) noexcept {
  Scheduling wanted = fifo(linux_priority(target.window, level_of_key(key)));
  const bool boosted = boost.boosted.load(std::memory_order_relaxed) != 0;
  int error = 0;
  if (boosted) {
    wanted.flags = boost.saved.flags & kResetOnFork;
    boost.saved = wanted;
  } else if (realtime_mode() != Realtime::kOff) {
    Scheduling before{};
    if (read_scheduling(0, &before) == 0) wanted.flags = before.flags & kResetOnFork;
    error = same(before, wanted) ? 0 : apply_scheduling(0, wanted);
    if (error != 0 && realtime_mode() == Realtime::kRequire) return error;
    if (error != 0) count_refusal(target, error);
  }
  boost.level_set.store(1, std::memory_order_relaxed);
  boost.base.store(key, std::memory_order_release);
  recompute(boost);
  apply(boost, target);
  return error;
}

}  // namespace rtss::priority
