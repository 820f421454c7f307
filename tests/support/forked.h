// Children forked in the middle of what another thread of their parent does.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/support/watchdog.h"

namespace rtss::test {

// How many of the children came to the end of the work that the parent's other thread does all the while.
inline int finished_children(bool (*work)(), int children) {
  std::atomic<bool> stop{false};
  work();
  std::thread busy([&] {
    while (!stop) work();
  });
  int finished = 0;
  for (int i = 0; i < children; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(kWatchdogSeconds);
      _exit(work() ? 0 : 1);
    }
    int status = -1;
    if (waitpid(child, &status, 0) != child || status != 0) break;
    ++finished;
  }
  stop = true;
  busy.join();
  return finished;
}

}  // namespace rtss::test
