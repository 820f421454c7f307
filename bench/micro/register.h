// One line for each call that is measured.
#pragma once

#include <benchmark/benchmark.h>

#include <vector>

#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {

using Calls = std::vector<benchmark::internal::Benchmark*>;  // registered by being made

template <class Use>
benchmark::internal::Benchmark* call(const char* name, Use use) {
  return benchmark::RegisterBenchmark(name, [use](benchmark::State& state) {
    for (auto _ : state) use();
  });
}

// On a subject that is made before and dropped after.
template <class Make, class Use, class Drop>
benchmark::internal::Benchmark* call(const char* name, Make make, Use use, Drop drop) {
  return benchmark::RegisterBenchmark(name, [make, use, drop](benchmark::State& state) {
    const auto subject = make();
    for (auto _ : state) use(subject);
    drop(subject);
  });
}

// A failing call is fast, and a figure of it worth nothing.
inline void expect(BOOL done) { require(done != FALSE, "a measured call failed"); }
inline HANDLE made(HANDLE handle) {
  require(handle != nullptr, "a measured call failed");
  return handle;
}
inline void close_handle(HANDLE handle) { expect(RtCloseHandle(handle)); }

}  // namespace rtss::bench
