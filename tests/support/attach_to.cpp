#include "tests/support/attach_to.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/peer.h"

namespace rtss::test {

AttachResult attach_to(Name name) {
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  const int log = memfd_create("stderr", MFD_CLOEXEC);
  const int saved = dup(STDERR_FILENO);
  dup2(log, STDERR_FILENO);
  AttachResult result{};
  SetLastError(kUntouchedError);
  result.handle = RtCreateEventA(nullptr, TRUE, FALSE, "probe");
  result.error = GetLastError();
  dup2(saved, STDERR_FILENO);
  const auto length = pread(log, result.message, sizeof result.message - 1, 0);
  result.message[length > 0 ? length : 0] = '\0';
  close(saved);
  close(log);
  return result;
}

}  // namespace rtss::test
