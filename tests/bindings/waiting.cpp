// waiting NAME COUNT: returns when so many threads stand in the queue of an object, and nothing has ended their waits.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "runtime/inspect.h"

int main(int argc, char** argv) {
  using rtss::runtime::inspect::View;
  if (argc != 3) return 2;
  const std::size_t wanted = std::strtoul(argv[2], nullptr, 10);
  alarm(60);
  std::string error;
  const std::optional<View> view = View::current(&error);
  if (!view) {
    std::fprintf(stderr, "waiting: %s\n", error.c_str());
    return 1;
  }
  for (;;) {
    const auto object = view->object(argv[1]);
    std::size_t blocked = 0;
    if (object) {
      for (const auto& waiter : object->waiters) {
        const auto thread = view->thread(waiter.tid);
        if (thread && thread->blocked) ++blocked;
      }
    }
    if (blocked == wanted) return 0;
    const timespec moment{.tv_sec = 0, .tv_nsec = 1000000};
    nanosleep(&moment, nullptr);
  }
}
