// Starting threads, and the orderly end of the main one.
//
//   creator                                        new thread
//   starts it, waits for READY                     registers itself, takes a handle to itself     -> READY or FAILED
//   sets its level; requests its suspension; GO        waits for GO, at the creator's scheduling
//   returns the handle                             obeys, runs the routine
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/segment/layout.h"
#include "runtime/segment/types.h"

namespace rtss::runtime {

struct ThreadPlan {
  std::uint32_t (*routine)(void* argument);
  void* argument;
  std::size_t stack_bytes = 0;  // 0: the program's usual size; at least the system's minimum
  int level = 0;
  bool suspended = false;
  bool wants_handle = true;
  bool helper = false;           // does not keep the process alive after its main thread has left
  std::uint64_t processors = 0;  // 0: as the creator
  bool of_program = false;       // its routine follows the convention of the program's code, see host.h
};

struct StartedThread {
  Status status;
  Handle handle;  // kNoHandle unless wanted
  std::int32_t tid;
  Identity identity;
};
StartedThread start_thread(const ThreadPlan& plan);

// A thread that is not part of the namespace: watches something, never ends, blocks all signals. False: no memory.
bool start_helper(void (*routine)(void* argument), void* argument);

// The calling thread ends with this code, unwinding its stack. The main thread leaves the process to the others.
[[noreturn]] void exit_this_thread(std::uint32_t exit_code);

// For threads that end without unwinding. Before the thread's object is signaled: a waiter may end with another code.
void thread_leaves(std::uint32_t exit_code) noexcept;
// The main thread waits for the others, then ends the process with the code of the last.
[[noreturn]] void leave_process_to_others() noexcept;

}  // namespace rtss::runtime
