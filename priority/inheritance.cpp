#include "priority/inheritance.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "platform/message.h"

namespace rtss::priority {

namespace {

constexpr std::uint64_t kResetOnFork = 1;  // SCHED_FLAG_RESET_ON_FORK: cannot be cleared without privilege
constexpr std::uint32_t kBaseLifetimeMs = 10;
constexpr std::size_t kBits = 64;  // of a word of ThreadBoost::donated

void count_refusal(ThreadBoost& boost, const Target& target, int error) noexcept {
  boost.refused.store(1, std::memory_order_release);
  target.refused->fetch_add(1, std::memory_order_relaxed);
  static std::atomic<bool> said{false};
  if (realtime_mode() == Realtime::kOff || said.exchange(true)) return;
  platform::warn(
      "priority of thread %d could not be changed (%s): give the user RLIMIT_RTPRIO (limits.d, \"rtprio 99\"), "
      "or the program CAP_SYS_NICE; queue order is kept, the scheduler's is not",
      target.tid, std::strerror(error));
}

// By the TID in its life word: a sweeper that holds the word puts its own there.
bool is_alive(const Target& target) {
  const std::uint32_t word = target.life->observe();
  return !platform::RobustLock::is_dead(word) &&
         static_cast<std::int32_t>(word & platform::RobustLock::kTidMask) == target.tid;
}

// Sets the scheduling of a thread that may die, and whose tid may then belong to another.
int set(const Target& target, const Scheduling& wanted, const Scheduling& before) noexcept {
  if (!is_alive(target)) return ESRCH;
  if (const int error = apply_scheduling(target.tid, wanted); error != 0) return error;
  if (is_alive(target)) return 0;
  apply_scheduling(target.tid, before);
  return ESRCH;
}

// What `given` stands for.
Scheduling meaning(const ThreadBoost& boost, std::uint8_t given) {
  if (given == 0) return boost.saved;
  Scheduling boosted = fifo(given);
  boosted.flags = boost.saved.flags & kResetOnFork;
  return boosted;
}

bool is_ours(const ThreadBoost& boost, const Scheduling& now) {
  return same(now, meaning(boost, boost.given)) || same(now, meaning(boost, boost.given_before));
}

// Reads what to go back to, unless it is known.
bool begin_boost(ThreadBoost& boost, const Target& target) noexcept {
  if (realtime_mode() == Realtime::kOff) return false;
  if (follows_kernel(boost) && read_scheduling(target.tid, &boost.saved) != 0) return false;
  if (is_deadline(boost.saved)) return false;
  boost.given = 0;
  boost.given_before = 0;
  boost.boosted.store(1, std::memory_order_release);
  return true;
}

void raise(ThreadBoost& boost, const Target& target) noexcept {
  if (boost.boosted.load(std::memory_order_relaxed) == 0 && !begin_boost(boost, target)) return;
  const int priority = linux_priority(target.window, level_of_key(effective_key(boost)));
  const bool saved_is_enough = is_real_time(boost.saved) && static_cast<int>(boost.saved.priority) >= priority;
  const std::uint8_t wanted = saved_is_enough ? 0 : static_cast<std::uint8_t>(priority);
  if (wanted == boost.given) return;
  boost.given_before = boost.given;
  boost.given = wanted;
  const int error = set(target, meaning(boost, wanted), meaning(boost, boost.given_before));
  if (error != 0) boost.given = boost.given_before;
  if (error == EPERM) count_refusal(boost, target, error);
}

// What the kernel has. Only a thread that follows the kernel may have been changed by the program meanwhile.
Scheduling scheduling_now(const ThreadBoost& boost, const Target& target) noexcept {
  Scheduling now = meaning(boost, boost.given != 0 ? boost.given : boost.given_before);
  if (follows_kernel(boost) && read_scheduling(target.tid, &now) != 0) return boost.saved;
  return now;
}

void go_back(ThreadBoost& boost, const Target& target) noexcept {
  const Scheduling now = scheduling_now(boost, target);
  if (!is_ours(boost, now)) {
    boost.read_at_ms.store(0, std::memory_order_relaxed);  // the program changed it itself: that is its new base
  } else if (!same(now, boost.saved)) {
    if (const int error = set(target, boost.saved, now); error == EPERM) return count_refusal(boost, target, error);
  }
  boost.boosted.store(0, std::memory_order_release);
}

Key key_of(const Scheduling& scheduling, Window window) {
  if (!is_real_time(scheduling)) return kKeyBelowLevels;
  return key_of_level(level_of_linux_priority(window, static_cast<int>(scheduling.priority)));
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
  boost.kept.store(kKeyBelowLevels, std::memory_order_relaxed);
  boost.level_set.store(0, std::memory_order_relaxed);
  boost.boosted.store(0, std::memory_order_relaxed);
  boost.lowering.store(0, std::memory_order_relaxed);
  boost.lowered_base.store(kKeyBelowLevels, std::memory_order_relaxed);
  boost.refused.store(0, std::memory_order_relaxed);
  boost.read_at_ms.store(0, std::memory_order_relaxed);
  forget_donations(boost);
}

void forget_donations(ThreadBoost& boost) {
  for (auto& count : boost.donations) count.store(0, std::memory_order_relaxed);
  for (auto& bits : boost.donated) bits.store(0, std::memory_order_relaxed);
}

Key top_donation(const ThreadBoost& boost) {
  for (std::size_t word = boost.donated.size(); word-- > 0;) {
    const std::uint64_t bits = boost.donated[word].load(std::memory_order_relaxed);
    if (bits != 0) return static_cast<Key>(word * kBits + static_cast<std::size_t>(std::bit_width(bits)) - 1);
  }
  return kKeyBelowLevels;
}

void add_donation(ThreadBoost& boost, Key key) {
  if (key >= kKeyCount) return;
  boost.donations[key].store(static_cast<std::uint16_t>(boost.donations[key].load(std::memory_order_relaxed) + 1),
                             std::memory_order_relaxed);
  std::atomic<std::uint64_t>& bits = boost.donated[key / kBits];
  bits.store(bits.load(std::memory_order_relaxed) | std::uint64_t{1} << key % kBits, std::memory_order_relaxed);
}

void withdraw_donation(ThreadBoost& boost, Key key) {
  if (key >= kKeyCount) return;
  const std::uint16_t count = boost.donations[key].load(std::memory_order_relaxed);
  if (count > 1) return boost.donations[key].store(static_cast<std::uint16_t>(count - 1), std::memory_order_relaxed);
  boost.donations[key].store(0, std::memory_order_relaxed);
  std::atomic<std::uint64_t>& bits = boost.donated[key / kBits];
  bits.store(bits.load(std::memory_order_relaxed) & ~(std::uint64_t{1} << key % kBits), std::memory_order_relaxed);
}

void keep_donations(ThreadBoost& boost) {
  if (const Key donated = top_donation(boost); donated > boost.kept.load(std::memory_order_relaxed)) {
    boost.kept.store(donated, std::memory_order_relaxed);
  }
}

void end_keeping(ThreadBoost& boost) { boost.kept.store(kKeyBelowLevels, std::memory_order_relaxed); }

bool recompute(ThreadBoost& boost) {  // (B1)
  const Key effective = std::max({base_key(boost), top_donation(boost), boost.kept.load(std::memory_order_relaxed)});
  // Pairs with the waiter that stores its block LINKED and then loads effective: one of the two sees the other (B2).
  return boost.effective.exchange(effective, std::memory_order_seq_cst) != effective;
}

void apply(ThreadBoost& boost, const Target& target) noexcept {
  boost.refused.store(0, std::memory_order_relaxed);
  if (!is_alive(target)) return;  // `boosted` stays for undo_boost()
  if (effective_key(boost) > base_key(boost))
    raise(boost, target);
  else if (boost.boosted.load(std::memory_order_relaxed) != 0)
    go_back(boost, target);
}

void undo_boost(const ThreadBoost& boost, std::int32_t tid) noexcept {
  Scheduling now{};
  if (boost.boosted.load(std::memory_order_acquire) == 0 || read_scheduling(tid, &now) != 0) return;
  if (is_ours(boost, now) && !same(now, boost.saved)) apply_scheduling(tid, boost.saved);
}

bool base_is_stale(const ThreadBoost& boost, std::uint32_t now_ms) {
  const std::uint32_t read_at_ms = boost.read_at_ms.load(std::memory_order_relaxed);
  return read_at_ms == 0 || now_ms - read_at_ms >= kBaseLifetimeMs;
}

bool refresh_base(ThreadBoost& boost, const Target& target, std::uint32_t now_ms) noexcept {
  if (boost.boosted.load(std::memory_order_relaxed) != 0 || !follows_kernel(boost)) return false;
  boost.read_at_ms.store(now_ms, std::memory_order_relaxed);
  Scheduling now{};
  if (read_scheduling(target.tid, &now) != 0) return false;
  boost.base.store(key_of(now, target.window), std::memory_order_release);
  return recompute(boost);
}

int set_base(ThreadBoost& boost, const Target& target, Key key) noexcept {
  const bool lent = boost.boosted.load(std::memory_order_relaxed) != 0 && boost.given != 0;  // the kernel has our value
  Scheduling before = boost.saved;
  if (!lent && read_scheduling(target.tid, &before) != 0) return ESRCH;
  Scheduling wanted = fifo(linux_priority(target.window, level_of_key(key)));
  wanted.flags = before.flags & kResetOnFork;
  int error = 0;
  if (!lent && realtime_mode() != Realtime::kOff && !same(before, wanted)) {
    error = set(target, wanted, before);
    if (error != 0 && realtime_mode() == Realtime::kRequire) return error;
    if (error != 0) count_refusal(boost, target, error);
  }
  boost.saved = error != 0 || realtime_mode() == Realtime::kOff ? before : wanted;
  boost.level_set.store(1, std::memory_order_relaxed);
  boost.base.store(key, std::memory_order_release);
  recompute(boost);
  apply(boost, target);
  return error;
}

}  // namespace rtss::priority
