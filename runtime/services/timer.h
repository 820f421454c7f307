// Timers: each has a thread that sleeps until the next expiry is due and calls a routine. All of them share one lock,
// held for a few steps.
//
// The schedule is absolute: expiry n is due at first + n * period. A thread that comes late calls once for all the
// expiries that have fallen due, and counts the rest as overruns.
#pragma once

#include <cstdint>

#include "runtime/segment/types.h"

namespace rtss::runtime {

struct TimerPlan {
  void (*routine)(void* context);
  void* context;
  std::size_t stack_bytes;
  int level;
  std::uint64_t processors;  // 0: as the creator
  std::uint32_t tag;         // the caller's, handed back by timer_tag()
};
Opened create_timer(const TimerPlan& plan);
Status timer_tag(Handle timer, std::uint32_t* tag);

// due_ns: CLOCK_MONOTONIC. period_ns 0: once. A timer that is set is set anew.
Status set_timer(Handle timer, std::uint64_t due_ns, std::uint64_t period_ns);

// Nanoseconds to the next expiry, 0 when it is not set or due now.
Status cancel_timer(Handle timer, std::uint64_t* remaining_ns);
Status query_timer(Handle timer, std::uint64_t* remaining_ns);

struct TimerRecord {
  bool set;
  std::uint64_t expiries;
  std::uint64_t overruns;
};
Status query_timer_record(Handle timer, TimerRecord* record);

// Ends the timer and its handle. Waits for a call of the routine that has begun, see RtDeleteTimer.
Status delete_timer(Handle timer);

// At the end of the process: no routine is called any more.
void stop_all_timers();

}  // namespace rtss::runtime
