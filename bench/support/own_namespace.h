// A namespace of this process's own for as long as it lives: RTSS_NAMESPACE names it for the process and for the
// children made later, and its file is removed at the end, also when a signal ends the process. The
// first SIGINT, SIGTERM or SIGHUP is only noted, so that a measurement can end with what it has; the second ends it.
#pragma once

#include <string>

namespace rtss::bench {

class OwnNamespace {
 public:
  explicit OwnNamespace(const std::string& prefix);
  OwnNamespace(const OwnNamespace&) = delete;
  OwnNamespace& operator=(const OwnNamespace&) = delete;
  ~OwnNamespace();
};

bool interrupted();  // one of these signals has come

// What to do where the process ends with no destructor called; nothing when null. For signal handlers: it may make only
// calls that are safe there. Not in children.
void at_abrupt_end(void (*act)());
void end_abruptly();  // does it, for a process that is about to _exit

}  // namespace rtss::bench
