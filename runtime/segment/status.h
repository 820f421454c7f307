// Outcome of every runtime operation. rtapi/src/status_map.cpp is the only place that knows Win32 codes.
#pragma once

#include <cstdint>

namespace rtss::runtime {

enum class Status : std::uint8_t {
  kOk,
  kAlreadyExists,  // create found an object of the same kind: the handle is valid
  kNotFound,       // open of a name that no object has
  kInvalidHandle,  // never issued, closed, foreign, wrong kind; or the name belongs to another kind
  kInvalidParameter,
  kInvalidName,  // text that is not valid UTF-8/16/32, or holds a backslash
  kNameTooLong,
  kNotOwner,          // release by a thread that does not own the mutex
  kTooManyPosts,      // semaphore release over its maximum
  kRecursionLimit,    // mutex already taken 2^31-1 times
  kTableFull,         // objects, handles, threads or processes of the namespace are used up
  kNoMemory,          // /dev/shm or memory exhausted
  kAccessDenied,      // namespace belongs to another user or cannot be opened
  kIncompatible,      // segment of another layout, boot or PID namespace; kernel too old
  kCorrupt,           // segment contents are inconsistent
  kPrivilegeNotHeld,  // real-time scheduling refused and RTSS_REALTIME=require
  kNotSupported,
  kSuspendLimit,   // thread suspended as often as can be counted
  kInUse,          // there is one already
  kNotExecutable,  // a file that is not a program
  kRetry,          // of no call: a race for the namespace's file was lost, start over
};

}  // namespace rtss::runtime
