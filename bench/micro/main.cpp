#include <benchmark/benchmark.h>

#include "bench/support/own_namespace.h"
#include "bench/support/pairs.h"

int main(int argc, char** argv) {
  const rtss::bench::OwnNamespace own("micro");
  const rtss::bench::SecondThread second;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
