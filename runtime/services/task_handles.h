// Handles to threads, as the calls on threads take them.
#pragma once

#include "runtime/segment/types.h"

namespace rtss::runtime {

// Stands for the calling thread where a thread handle is expected; no handle has this value.
inline constexpr Handle kCurrentThread = 0xffff'fffeU;

// kAccessDenied everywhere below: the thread has ended.
inline constexpr std::uint32_t kMaxSuspendCount = 127;
Status suspend_thread(Handle thread, std::uint32_t* previous);  // kSuspendLimit at kMaxSuspendCount
Status resume_thread(Handle thread, std::uint32_t* previous);
Status terminate_thread(Handle thread, std::uint32_t exit_code);

}  // namespace rtss::runtime
