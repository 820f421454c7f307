// A process's first call, with what it says on standard error: whether a namespace can be attached to, and if not, why.
#pragma once

#include "tests/support/calls.h"

namespace rtss::test {

struct AttachResult {
  HANDLE handle;
  DWORD error;
  char message[200];  // what stderr received
};

// Creates or opens the event "probe" in the namespace named. For a fresh process peer.
AttachResult attach_to(Name name);

}  // namespace rtss::test
