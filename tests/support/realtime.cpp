#include "tests/support/realtime.h"

#include <sched.h>

#include <thread>

namespace rtss::test {

bool become_fifo(int priority) {
  const sched_param parameters{.sched_priority = priority};
  return sched_setscheduler(0, SCHED_FIFO, &parameters) == 0;
}

bool realtime_is_permitted() {
  static const bool permitted = [] {
    bool allowed = false;
    std::thread([&allowed] { allowed = become_fifo(1); }).join();
    return allowed;
  }();
  return permitted;
}

}  // namespace rtss::test
