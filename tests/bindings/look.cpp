// look waiting NAME COUNT: returns when so many threads stand in the queue of an object and nothing has ended a wait.
// look check: prints what is inconsistent in the namespace, and fails if anything is.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "runtime/inspect/inspect.h"

namespace {

using rtss::runtime::inspect::View;

std::size_t blocked_on(const View& view, std::string_view name) {
  const auto object = view.object(name);
  if (!object) return 0;
  std::size_t blocked = 0;
  for (const auto& waiter : object->waiters) {
    const auto thread = view.thread(waiter.tid);
    if (thread && thread->blocked) ++blocked;
  }
  return blocked;
}

void pause_a_moment() {
  const timespec moment{.tv_sec = 0, .tv_nsec = 1000000};
  nanosleep(&moment, nullptr);
}

int check(const View& view) {
  std::vector<std::string> lines;
  // The dead are swept a moment after they died.
  for (int attempt = 0; attempt < 2000; ++attempt) {
    lines = rtss::runtime::inspect::inconsistencies(view.segment());
    if (lines.empty()) return 0;
    pause_a_moment();
  }
  for (const std::string& line : lines) std::fprintf(stderr, "look: %s\n", line.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  alarm(60);
  std::string error;
  const std::optional<View> view = View::current(&error);
  if (!view) {
    std::fprintf(stderr, "look: %s\n", error.c_str());
    return 1;
  }
  if (verb == "check") return check(*view);
  if (verb != "waiting" || argc != 4) return 2;
  const std::size_t wanted = std::strtoul(argv[3], nullptr, 10);
  while (blocked_on(*view, argv[2]) != wanted) pause_a_moment();
  return 0;
}
