// Effective priority by recomputation. Knows one thread's boost record at a time and nothing of names, handles or
// object kinds. Every function with a ThreadBoost& needs that thread's PI lock, except the readers.
#pragma once

#include <atomic>
#include <cstdint>

#include "platform/robust_lock.h"
#include "priority/boost.h"

namespace rtss::priority {

// The Linux thread behind a boost record.
struct Target {
  std::int32_t tid;
  const platform::RobustLock* life;  // looked at before and after a change: the kernel may use the tid again
  Window window;
  std::atomic<std::uint32_t>* refused;  // counts refusals, for observers
};

enum class Realtime : std::uint8_t { kBestEffort, kRequire, kOff };
Realtime realtime_mode() noexcept;  // RTSS_REALTIME, read once

void reset(ThreadBoost& boost);  // a new occupant: no donations, nothing set

// Readers, no lock.
inline Key base_key(const ThreadBoost& boost) { return boost.base.load(std::memory_order_acquire); }
inline Key effective_key(const ThreadBoost& boost) { return boost.effective.load(std::memory_order_seq_cst); }
Key top_donation(const ThreadBoost& boost);  // 0 without donations

// Donations of owned mutexes. They change no effective level by themselves: recompute() does. A key beyond the
// highest, which only damage makes, donates nothing.
void add_donation(ThreadBoost& boost, Key key);
void withdraw_donation(ThreadBoost& boost, Key key);
void forget_donations(ThreadBoost& boost);

// Limited demotion: what is donated now stays until end_keeping().
void keep_donations(ThreadBoost& boost);
void end_keeping(ThreadBoost& boost);

// effective := max(base, donations, kept). Returns true if it changed. Touches no scheduler.
bool recompute(ThreadBoost& boost);

// Makes the kernel agree with boost.effective: raises to SCHED_FIFO, or goes back to what was saved. Never lowers
// below what was saved. Refusals are counted, said once, and noted in boost.refused. At most two system calls; none
// when nothing differs.
void apply(ThreadBoost& boost, const Target& target) noexcept;

// For a slot whose thread is gone: a program started by exec keeps the thread's scheduling, and must not keep a boost.
// `tid` must still be the same task. May open nothing, takes two system calls.
void undo_boost(const ThreadBoost& boost, std::int32_t tid) noexcept;

inline bool follows_kernel(const ThreadBoost& boost) {  // it never set a level through the API
  return boost.level_set.load(std::memory_order_relaxed) == 0;
}
// For a thread that follows the kernel: true when its cached base is older than 10 ms.
bool base_is_stale(const ThreadBoost& boost, std::uint32_t now_ms);
// Reads policy and priority from the kernel into the base, unless the thread is boosted or set a level. True if the
// effective level changed.
bool refresh_base(ThreadBoost& boost, const Target& target, std::uint32_t now_ms) noexcept;

// The thread's level. Returns 0, or the errno of a refusal (the base is set all the same unless mode is kRequire).
int set_base(ThreadBoost& boost, const Target& target, Key key) noexcept;

}  // namespace rtss::priority
