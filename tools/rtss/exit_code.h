// What the sub-commands of rtss exit with.
#pragma once

namespace rtss::tool {

// The child's own exit code (128 + N on signal N), or one of these.
enum ExitCode : int {
  kDone = 0,
  kBusy = 75,       // held, or timed out
  kAbandoned = 76,  // --on-abandoned=fail, and the last owner died
  kTrouble = 125,   // usage, or an error of our own
  kCannotRun = 126,
  kNotFound = 127,  // no such program
};

}  // namespace rtss::tool
