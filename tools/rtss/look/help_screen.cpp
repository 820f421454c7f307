#include "tools/rtss/look/help_screen.h"

#include "tools/rtss/support/text.h"

namespace rtss::tool {

namespace {

struct Key {
  const char* key;
  const char* help;
};
constexpr Key kKeys[] = {
    {"h ?", "this help; any key leaves it"},
    {"q", "quit"},
    {"p space", "pause, and go on"},
    {"s", "sort by trouble, worst wait, contention or name"},
    {"w", "waiters on and off"},
    {"t", "tree: below each owner its mutexes, below them their waiters"},
    {"a", "objects without a name on and off"},
    {"F", "filter: only objects with this text in their name or owner"},
    {"/", "search: goes to the first row with this text"},
    {"n", "goes to the next row with it"},
    {"Enter Esc", "of F and /: keeps the text, drops it"},
    {"arrows", "scroll, as page up, page down and home do"},
};

}  // namespace

std::vector<std::string> key_help() {
  std::vector<std::string> lines;
  for (const Key& key : kKeys) lines.push_back("  " + fitted(key.key, 11) + key.help);
  return lines;
}

}  // namespace rtss::tool
