// A quiet namespace with a bit of everything. Threads by level, waits from the top:
//   p50 (process B)  waits for all of {Go, N}
//   p30 (process A)  owns N, boosted to 50 by p50; waits for M
//   p20 (process B)  owns the orphan; waits for M
//   p10 (process A)  owns M twice, boosted to 50 along the chain
#pragma once

#include "tests/inspect/image.h"

namespace rtss::test {

struct Scene {
  Scene();

  Image image;
  std::uint32_t a, b;                                 // processes 100 and 200
  std::uint32_t p10, p30, p20, p50;                   // tids 101, 102, 201, 202
  std::uint32_t unused_thread;                        // a slot whose last occupant was swept
  std::uint32_t m, n, go, tick, units, orphan, gone;  // mutexes, manual event, auto event, semaphore, mutex, free slot
  std::uint32_t first_free_entry, last_free_entry;
};

}  // namespace rtss::test
