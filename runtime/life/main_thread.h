// A process ends with its last own thread, whatever ended the main one and although the library has threads that never
// end.
#pragma once

#include <atomic>
#include <cstdint>

namespace rtss::runtime {

// Threads of the library's in this process, the reaper not counted. Those who start one count it.
extern std::atomic<std::uint32_t> helper_threads;

// Threads beside the main one that keep the process alive, however they were started. Not 0 when it cannot be told.
std::uint32_t others_left() noexcept;

// After an attach: a main thread that has ended by pthread_exit is followed from now on. Does nothing while it runs.
void follow_main_thread() noexcept;

}  // namespace rtss::runtime
