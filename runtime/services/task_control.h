// Stopping the threads of this process from outside: suspend, resume, terminate.
//
// An order is a word in this process's table, one per thread slot, and a signal to the thread. The signal's handler
// parks or ends the thread where it is, unless the thread is inside a slow path: it may hold a lock that other
// processes wait for. Then the order is obeyed by InLibrary's destructor, or by the sleep of a wait, where no lock is
// held.
//
//   order word   identity of the tenant it is for (other tenants ignore it) | END | how often suspended
#pragma once

#include <signal.h>

#include "runtime/life/attach.h"
#include "runtime/names/handle_table.h"
#include "runtime/segment/types.h"
#include "runtime/services/task_handles.h"

#ifndef RTSS_CONTROL_SIGNAL
#define RTSS_CONTROL_SIGNAL (SIGRTMIN + 5)  // a program that uses it itself chooses another when the library is built
#endif

namespace rtss::runtime {

// Ends the calling thread without unwinding it.
[[noreturn]] void end_this_thread(ThreadState& self, std::uint32_t exit_code) noexcept;

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
// The thread `identity` stops at its next obey_orders().
void order_suspended(Identity identity);

}  // namespace rtss::runtime
