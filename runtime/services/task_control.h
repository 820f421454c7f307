// Stopping the threads of this process from outside: suspend, resume, terminate.
//
// A request is a word in this process's table, one per thread slot, and a signal to the thread. The signal's handler
// parks or ends the thread where it is, unless the thread is inside a slow path: it may hold a lock that other
// processes wait for. Then the end of the slow path serves the request, or the sleep of a wait, where no lock is held.
//
//   request word   identity of the occupant it is for (others ignore it) | END | how often suspended
#pragma once

#include <signal.h>

#include "runtime/life/attach.h"
#include "runtime/names/handle_table.h"
#include "runtime/segment/types.h"

#ifndef RTSS_CONTROL_SIGNAL
#define RTSS_CONTROL_SIGNAL (SIGRTMIN + 5)  // a program that uses it itself chooses another when the library is built
#endif

namespace rtss::runtime {

// kAccessDenied from the three: the thread has ended.
inline constexpr std::uint32_t kMaxSuspendCount = 127;
Status suspend_thread(Handle thread, std::uint32_t* previous);  // kSuspendLimit at kMaxSuspendCount
Status resume_thread(Handle thread, std::uint32_t* previous);
Status terminate_thread(Handle thread, std::uint32_t exit_code);

// Ends the calling thread without unwinding it.
[[noreturn]] void end_this_thread(ThreadState& self, std::uint32_t exit_code) noexcept;

// Parks the calling thread while it is to be suspended, ends it if it is to end.
void serve_requests(ThreadState& self) noexcept;

// ---- for the code that starts threads ------------------------------------------------------------------------------

struct ThreadTarget {
  Identity identity;
  std::int32_t tid;
};
// The thread of this process behind a handle. kAccessDenied: it has ended. kInvalidHandle: not a thread.
Status find_thread(ThreadState& self, Handle thread, ThreadTarget* target);

// Before the first thread that can be stopped: the handler is there. Idempotent.
void install_control_signal() noexcept;
// Lets the signal through to the calling thread.
void admit_control_signal() noexcept;
// The thread `identity` parks at its next serve_requests().
void request_suspension(Identity identity);

}  // namespace rtss::runtime
