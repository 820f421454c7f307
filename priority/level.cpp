#include "priority/level.h"

namespace rtss::priority {

int linux_priority(Window window, int level) { return window.low + level * (window.high - window.low) / kLevelMax; }

int level_of_linux_priority(Window window, int priority) {
  int level = kLevelMax;
  while (level > kLevelMin && linux_priority(window, level) > priority) --level;
  return level;
}

}  // namespace rtss::priority
