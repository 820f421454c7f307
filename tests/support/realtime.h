// Real-time scheduling for peers whose order matters.
#pragma once

#include <gtest/gtest.h>

namespace rtss::test {

bool realtime_is_permitted();

// The calling thread becomes SCHED_FIFO at a Linux priority. For a peer: peer.call(become_fifo, 20).
bool become_fifo(int priority);

#define SKIP_WITHOUT_REALTIME()                  \
  if (!rtss::test::realtime_is_permitted()) {    \
    GTEST_SKIP() << "needs real-time privilege"; \
  }                                              \
  static_assert(true)

}  // namespace rtss::test
