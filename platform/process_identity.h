// The identity of a thread or process, beyond an id that the kernel will use again.
#pragma once

#include <array>
#include <cstdint>

namespace rtss::platform {

std::int32_t current_tid() noexcept;

// Of the calling thread, as the kernel has it, NUL-padded.
std::array<char, 16> thread_name() noexcept;

// Start time of a task in clock ticks since boot (/proc/PID/task/TID/stat field 22); 0 when there is no such task or
// it cannot be read. Readers in different time namespaces read different values, and a process restored from a
// checkpoint has another one: it proves that a task is the same, never that it is not. Opens a file: not for real-time
// paths.
std::uint64_t start_time(std::int32_t pid, std::int32_t tid) noexcept;

// A start time with a checksum of everything that says which task is meant, for records that may be damaged: a living
// task must not be taken for one that was replaced.
std::uint64_t own_sealed_start() noexcept;  // of the calling thread
std::uint64_t seal(std::int32_t pid, std::int32_t tid, std::uint64_t start_time) noexcept;
bool is_sealed(std::uint64_t sealed, std::int32_t pid, std::int32_t tid) noexcept;

// True if the kernel knows no thread `tid` in process `pid`: tgkill says ESRCH.
bool is_gone(std::int32_t pid, std::int32_t tid) noexcept;

// True once the main thread has ended while others go on. False when it cannot be told.
bool main_thread_has_ended() noexcept;

using BootId = std::array<char, 40>;     // text, NUL-padded
BootId boot_id() noexcept;               // empty text when it cannot be told: no /proc, or a file mounted over it
std::uint64_t pid_namespace() noexcept;  // inode of the PID namespace; 0 when it cannot be told

}  // namespace rtss::platform
