// Values that cross between the parts of the runtime.
#pragma once

#include <cstdint>

#include "runtime/segment/status.h"

namespace rtss::runtime {

using Handle = std::uint32_t;  // positive, 31 bits, a multiple of four; 0 is never a handle
inline constexpr Handle kNoHandle = 0;
// Stands for the calling thread where a thread handle is expected; no handle has this value.
inline constexpr Handle kCurrentThread = 0xffff'fffeU;
inline constexpr std::uint32_t kMaxWaitObjects = 64;
inline constexpr std::uint32_t kMaxNameBytes = 259;

struct Opened {
  Status status;  // kOk and kAlreadyExists carry a handle
  Handle handle;
};

struct WaitOutcome {
  enum class Kind : std::uint8_t { kSatisfied, kSatisfiedAbandoned, kTimeout, kFailed } kind;
  Status status;        // why it failed; kOk otherwise
  std::uint32_t index;  // wait-any: which object; otherwise 0
};

}  // namespace rtss::runtime
