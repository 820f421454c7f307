// Create, open and close of a named object among many: the number of the others must not matter.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr std::size_t kSubjects = 64;

class Names : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& state) override {
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      const std::string name = "micro other " + std::to_string(i);
      others_.push_back(RtCreateEventA(nullptr, FALSE, FALSE, name.c_str()));
      require(others_.back() != nullptr, "create of the others failed");
    }
    for (std::size_t i = 0; i < kSubjects; ++i) subjects_.push_back("micro subject " + std::to_string(i));
  }
  void TearDown(const benchmark::State& /*state*/) override {
    for (const HANDLE other : others_) RtCloseHandle(other);
    others_.clear();
    subjects_.clear();
  }

 protected:
  const char* next_name() { return subjects_[next_++ % kSubjects].c_str(); }
  [[nodiscard]] const std::vector<std::string>& subjects() const { return subjects_; }

 private:
  std::vector<HANDLE> others_;
  std::vector<std::string> subjects_;
  std::size_t next_ = 0;
};

BENCHMARK_DEFINE_F(Names, create_and_close)(benchmark::State& state) {
  for (auto _ : state) {
    const HANDLE handle = RtCreateMutexA(nullptr, FALSE, next_name());
    require(handle != nullptr, "create failed");
    RtCloseHandle(handle);
  }
}
BENCHMARK_REGISTER_F(Names, create_and_close)->ArgName("others")->Arg(10)->Arg(1000)->Arg(10000);

BENCHMARK_DEFINE_F(Names, open_and_close)(benchmark::State& state) {
  std::vector<HANDLE> held;
  for (const std::string& name : subjects()) held.push_back(RtCreateMutexA(nullptr, FALSE, name.c_str()));
  for (auto _ : state) {
    const HANDLE handle = RtOpenMutexA(SYNCHRONIZE, FALSE, next_name());
    require(handle != nullptr, "open failed");
    RtCloseHandle(handle);
  }
  for (const HANDLE handle : held) RtCloseHandle(handle);
}
BENCHMARK_REGISTER_F(Names, open_and_close)->ArgName("others")->Arg(10)->Arg(1000)->Arg(10000);

}  // namespace
}  // namespace rtss::bench
