// The records that runtime's thread and mutex embed for inheritance.
//
// effective(T) = max(base(T), donations to T, kept(T)). Each mutex that T owns makes a donation, at the level of its
// top waiter. It is recomputed, never restored. Everything in ThreadBoost is written under the thread's PI lock; what
// is atomic may be read without.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "priority/level.h"
#include "priority/scheduler.h"

namespace rtss::priority {

struct ThreadBoost {
  std::atomic<Key> base;                // what the thread has without donations
  std::atomic<Key> effective;           // what it runs and queues at
  std::atomic<Key> kept;                // limited demotion: the highest donation since it last owned nothing
  std::atomic<std::uint8_t> level_set;  // base was set through the API: the kernel's value is not asked any more
  std::atomic<std::uint8_t> boosted;    // the kernel's value may be ours; `saved` is valid
  std::atomic<std::uint8_t> lowering;   // a lower base was set while mutexes were owned: `lowered_base` waits
  std::atomic<Key> lowered_base;
  std::atomic<std::uint8_t> refused;  // the last change was: the thread's own process may be permitted to make it
  // While boosted: the SCHED_FIFO priority given to the kernel, 0 for `saved`. Written before the kernel gets it, so
  // after a death in between it still runs at the one before.
  std::uint8_t given;
  std::uint8_t given_before;
  std::atomic<std::uint32_t> read_at_ms;  // CLOCK_MONOTONIC_COARSE when the kernel's value was last read; 0: never
  // Complete scheduling to go back to when the last donation ends: read when a boost begins, or what
  // RtSetThreadPriority gave the kernel. A thread that set a level is the library's: no boost of it asks the kernel.
  Scheduling saved;
  std::array<std::atomic<std::uint16_t>, kKeyCount> donations;         // how many owned mutexes donate each key
  std::array<std::atomic<std::uint64_t>, kKeyCount / 64 + 1> donated;  // a bit for each key with donations
};

// In a mutex: the donation it has published. Written under the object lock and the target thread's PI lock.
struct MutexBoost {
  std::atomic<std::uint32_t> owner;  // identity of the target thread, 0: no donation
  std::atomic<Key> key;
};

}  // namespace rtss::priority
