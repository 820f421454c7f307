// Waits that need not sleep: polls, and wait-any with one object signaled.
#include <benchmark/benchmark.h>

#include <vector>

#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

void poll(benchmark::State& state, HANDLE object) {
  require(object != nullptr, "create failed");
  for (auto _ : state) require(RtWaitForSingleObject(object, 0) == WAIT_TIMEOUT, "poll succeeded");
  RtCloseHandle(object);
}

void poll_of_clear_event(benchmark::State& state) { poll(state, RtCreateEventA(nullptr, FALSE, FALSE, nullptr)); }
BENCHMARK(poll_of_clear_event);

void poll_of_empty_semaphore(benchmark::State& state) { poll(state, RtCreateSemaphoreA(nullptr, 0, 1, nullptr)); }
BENCHMARK(poll_of_empty_semaphore);

void poll_of_set_manual_event(benchmark::State& state) {
  const HANDLE event = RtCreateEventA(nullptr, TRUE, TRUE, nullptr);
  require(event != nullptr, "create failed");
  for (auto _ : state) require(RtWaitForSingleObject(event, 0) == WAIT_OBJECT_0, "poll timed out");
  RtCloseHandle(event);
}
BENCHMARK(poll_of_set_manual_event);

// Arguments: handles waited on, index of the one that is signaled. Cost may grow with the index, in a line.
void wait_any_with_one_signaled(benchmark::State& state) {
  const auto count = static_cast<DWORD>(state.range(0));
  const auto signaled = static_cast<DWORD>(state.range(1));
  std::vector<HANDLE> events;
  for (DWORD i = 0; i < count; ++i) events.push_back(RtCreateEventA(nullptr, TRUE, i == signaled, nullptr));
  for (auto _ : state) {
    const DWORD result = RtWaitForMultipleObjects(count, events.data(), FALSE, INFINITE);
    require(result == WAIT_OBJECT_0 + signaled, "wait-any returned another index");
  }
  for (const HANDLE event : events) RtCloseHandle(event);
}
BENCHMARK(wait_any_with_one_signaled)
    ->ArgNames({"handles", "signaled"})
    ->Args({2, 0})
    ->Args({2, 1})
    ->Args({8, 0})
    ->Args({8, 3})
    ->Args({8, 7})
    ->Args({64, 0})
    ->Args({64, 15})
    ->Args({64, 31})
    ->Args({64, 47})
    ->Args({64, 63});

}  // namespace
}  // namespace rtss::bench
