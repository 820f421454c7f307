// A process that keeps the library busy while its namespace is being damaged under it.
#pragma once

#include <atomic>
#include <cstdint>

namespace rtss::test {

inline constexpr std::uint32_t kWorkers = 3;
inline constexpr std::uint32_t kThreads = 3;

// What a worker's thread is doing, for the watchdog; shared with the parent.
struct Activity {
  std::atomic<std::uint32_t> calls;  // finished so far
  std::atomic<const char*> call;     // under way
  std::atomic<std::int32_t> tid;
};
struct Shared {
  std::atomic<bool> stop;
  std::atomic<std::uint64_t> succeeded;
  std::atomic<std::uint64_t> failed;
  Activity activity[kWorkers][kThreads];
};

// Runs until `stop`; returns when all threads have ended in an orderly way.
void work(Shared& shared, std::uint32_t worker, std::uint32_t seed);

}  // namespace rtss::test
