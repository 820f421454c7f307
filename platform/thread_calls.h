// Calls about threads and processes that the C library does not offer.
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <cstdint>

#include "platform/descriptor.h"

namespace rtss::platform {

// Ends the calling thread where it is. The C library does not learn of it: its stack and descriptor stay.
[[noreturn]] void exit_thread() noexcept;

// Sends a signal to a thread of this process; false if it has no such thread.
bool signal_thread(std::int32_t tid, int signal) noexcept;

// A process by descriptor: what is done through it never reaches another process with the same id. Empty: no such
// process.
Descriptor open_process(pid_t pid) noexcept;
int kill_process(const Descriptor& process) noexcept;  // 0 or errno

// A thread that pthread_cancel unwinds leaves its frames behind AddressSanitizer's back, and what runs at its end
// stands where they were. Does nothing in other builds.
void forget_frames_of_cancelled_calls() noexcept;

// When order_all_threads() returns, every running thread of every process that has joined has passed a full memory
// barrier since the call. Works on nohz_full processors, too. False: the kernel refused to let this process join.
bool join_thread_order() noexcept;
void order_all_threads() noexcept;

// pthread_create, with a stack that has room for the program's static thread-local storage beside what is wanted: the C
// library counts it in, and answers EINVAL where it does not fit. 0 or an errno value.
int create_thread(const pthread_attr_t& wanted, void* (*routine)(void*), void* argument) noexcept;
// The same with every signal blocked in it: they are for the program's own threads as long as there is one.
int create_thread_without_signals(const pthread_attr_t& wanted, void* (*routine)(void*), void* argument) noexcept;

// Has later sleeps of the calling thread end when they are due, without the kernel's usual slack.
void sleep_precisely() noexcept;

}  // namespace rtss::platform
