#include "tests/support/attempt.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/peer.h"

namespace rtss::test {

Attempt attach_to(Name name) {
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  const int log = memfd_create("stderr", MFD_CLOEXEC);
  const int saved = dup(STDERR_FILENO);
  dup2(log, STDERR_FILENO);
  Attempt attempt{};
  SetLastError(kUntouchedError);
  attempt.handle = RtCreateEventA(nullptr, TRUE, FALSE, "probe");
  attempt.error = GetLastError();
  dup2(saved, STDERR_FILENO);
  const auto length = pread(log, attempt.message, sizeof attempt.message - 1, 0);
  attempt.message[length > 0 ? length : 0] = '\0';
  close(saved);
  close(log);
  return attempt;
}

}  // namespace rtss::test
