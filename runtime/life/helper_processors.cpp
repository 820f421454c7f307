#include "runtime/life/helper_processors.h"

#include <cstdlib>

#include "platform/message.h"
#include "platform/processors.h"

namespace rtss::runtime {

namespace {

constexpr const char* kVariable = "RTSS_HELPER_CPUS";

// When the library is loaded no thread of the program has changed its affinity yet.
cpu_set_t started_with;
[[gnu::constructor]] void note_processors() {
  if (sched_getaffinity(0, sizeof started_with, &started_with) != 0) CPU_ZERO(&started_with);
}

bool is_usable(const cpu_set_t& processors) {
  cpu_set_t before;
  if (sched_getaffinity(0, sizeof before, &before) != 0) return false;
  const bool usable = sched_setaffinity(0, sizeof processors, &processors) == 0;
  sched_setaffinity(0, sizeof before, &before);
  return usable;
}

}  // namespace

bool helper_processors(cpu_set_t* processors) {
  if (const char* const list = std::getenv(kVariable); list != nullptr && *list != '\0') {
    if (!platform::parse_processors(list, processors)) {
      platform::warn("%s=%s cannot be understood: a list of processors, as 0-2,5, is expected", kVariable, list);
      return false;
    }
    if (is_usable(*processors)) return true;
    platform::warn("%s=%s names no processor that this process may use", kVariable, list);
    return false;
  }
  *processors = started_with;
  cpu_set_t isolated;
  if (CPU_COUNT(&started_with) < 2 || !platform::isolated_processors(&isolated)) return true;
  cpu_set_t others;
  CPU_AND(&isolated, &isolated, &started_with);
  CPU_XOR(&others, &started_with, &isolated);
  if (CPU_COUNT(&others) != 0) *processors = others;
  return true;
}

}  // namespace rtss::runtime
