// Effective priority by recomputation. Knows one thread's boost record at a time and nothing of names, handles or
// object kinds. Every function with a ThreadBoost& needs that thread's PI lock, except the readers.
#pragma once

#include <atomic>
#include <cstdint>

#include "priority/boost.h"
#include "runtime/platform/robust_lock.h"

namespace rtss::priority {

// The Linux thread behind a boost record.
struct Target {
  std::int32_t tid;
  const platform::RobustLock* life;         // looked at before and after a change: the kernel may use the tid again
  Window window;
  std::atomic<std::uint32_t>* refused;      // counts refusals, for observers
};

enum class Realtime : std::uint8_t { kBestEffort, kRequire, kOff };
Realtime realtime_mode() noexcept;          // RTSS_REALTIME, read once

void reset(ThreadBoost& boost);             // a new tenant: no claims, nothing set

// Readers, no lock.
inline Key base_key(const ThreadBoost& boost) { return boost.base.load(std::memory_order_acquire); }
inline Key effective_key(const ThreadBoost& boost) { return boost.effective.load(std::memory_order_seq_cst); }
Key top_claim(const ThreadBoost& boost);    // 0 without claims

// Claims of owned mutexes. They change no effective level by themselves: recompute() does.
void add_claim(ThreadBoost& boost, Key key);
void withdraw_claim(ThreadBoost& boost, Key key);

// effective := max(base, claims; not below `floor`). Returns true if it changed. Touches no scheduler.
bool recompute(ThreadBoost& boost, Key floor = kKeyBelowLevels);

// Makes the kernel agree with boost.effective: raises to SCHED_FIFO, or goes back to what was saved.
// Refusals are counted and said once. At most three system calls; none when nothing differs.
void apply(ThreadBoost& boost, const Target& target) noexcept;

// True when the cached base of a thread that set no level is older than 10 ms.
bool base_is_stale(const ThreadBoost& boost, std::uint32_t now_ms);
// Reads policy and priority of the caller from the kernel into the base, unless it is boosted or set a level.
void refresh_base(ThreadBoost& boost, const Target& target, std::uint32_t now_ms) noexcept;

// The caller's own level. Returns 0, or the errno of a refusal (the base is set all the same unless mode is kRequire).
int set_base(ThreadBoost& boost, const Target& target, Key key) noexcept;

}  // namespace rtss::priority
