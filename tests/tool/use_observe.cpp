// What the tests of the command look at from outside: use_observe waiters|handles|pinned|abandoned NAME prints a
// number, and "none" when nothing has the name.
#include <cstdio>
#include <string>
#include <string_view>

#include "runtime/inspect/inspect.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::string error;
  const auto view = rtss::runtime::inspect::View::current(&error);
  const auto object = view ? view->object(argv[2]) : std::nullopt;
  const std::string_view what = argv[1];
  if (!object) {
    std::puts("none");
    return 0;
  }
  if (what == "waiters") std::printf("%zu\n", object->waiters.size());
  if (what == "handles") std::printf("%u\n", object->references);
  if (what == "pinned") std::printf("%d\n", object->pinned ? 1 : 0);
  if (what == "abandoned") std::printf("%d\n", object->abandoned ? 1 : 0);
  return 0;
}
