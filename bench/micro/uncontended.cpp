// Take and release, signal and take: what a pair of calls costs without contention.
#include <benchmark/benchmark.h>

#include "bench/support/pairs.h"

namespace rtss::bench {
namespace {

template <class Pair>
void take_release(benchmark::State& state) {
  Pair pair;
  for (auto _ : state) {
    pair.take();
    pair.release();
  }
}
BENCHMARK_TEMPLATE(take_release, CasInlinePair);
BENCHMARK_TEMPLATE(take_release, CasLibraryPair);
BENCHMARK_TEMPLATE(take_release, RtMutexPair);
BENCHMARK_TEMPLATE(take_release, PthreadNormalPair);
BENCHMARK_TEMPLATE(take_release, PthreadInheritingRobustPair);
BENCHMARK_TEMPLATE(take_release, RtEventPair);
BENCHMARK_TEMPLATE(take_release, RtSemaphorePair);
BENCHMARK_TEMPLATE(take_release, PosixSemaphorePair);

void recursive_take_release(benchmark::State& state) {
  RtMutexPair pair;
  pair.take();
  for (auto _ : state) {
    pair.take();
    pair.release();
  }
  pair.release();
}
BENCHMARK(recursive_take_release);

void take_release_with_finite_timeout(benchmark::State& state) {
  const HANDLE mutex = RtCreateMutexA(nullptr, FALSE, nullptr);
  for (auto _ : state) {
    require(RtWaitForSingleObject(mutex, 1000) == WAIT_OBJECT_0, "wait failed");
    RtReleaseMutex(mutex);
  }
  RtCloseHandle(mutex);
}
BENCHMARK(take_release_with_finite_timeout);

}  // namespace
}  // namespace rtss::bench
