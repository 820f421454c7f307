// Another system that this process's threads belong to as well: Wine. It starts and ends them, stops them with signals
// of its own, and calls the program's routines by its own convention.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

struct Host {
  int (*start_thread)(void* (*routine)(void*), void* argument, std::size_t stack_bytes);  // 0 or an errno value
  void (*exit_thread)(std::uint32_t exit_code);  // does not return, does not unwind
  std::uint32_t (*run)(void* routine, void* argument, std::int32_t reason);
  int stop_signal;  // its handler holds a thread until the host lets it go
  int end_signal;   // its handler ends a thread
};
// Once, when the host's handlers are in place and before the process's first other call. From then on both signals wait
// while a thread is inside a slow path, where it may hold a lock that other processes wait for.
void set_host(const Host& host);
const Host* host();  // null: there is none

// The signals that had to wait are sent anew.
void resend_host_signals() noexcept;
// Ends the calling thread, which has left the namespace, as the host ends threads.
void end_by_host(ThreadState& self) noexcept;

// Calls a routine of the program.
template <typename Result, typename... Reason>
std::uint32_t run_routine(Result (*routine)(void*, Reason...), void* argument, Reason... reason) {
  if (host() != nullptr) [[unlikely]]
    return host()->run(reinterpret_cast<void*>(routine), argument, (0 + ... + reason));
  if constexpr (std::is_void_v<Result>) {
    routine(argument, reason...);
    return 0;
  } else {
    return routine(argument, reason...);
  }
}

}  // namespace rtss::runtime
