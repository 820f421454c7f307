// Timers whose expiries are counted.
#pragma once

#include <time.h>

#include <vector>

#include "tests/porting/threads.h"

namespace rtss::test {

inline std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

inline LARGE_INTEGER units(LONGLONG value) {
  LARGE_INTEGER number;
  number.QuadPart = value;
  return number;
}
inline constexpr LONGLONG kMs = 10'000;

struct Log {
  std::atomic<int> calls{0};
  std::vector<std::int64_t> times;
  std::size_t most = 0;
  HANDLE timer = nullptr;

  explicit Log(std::size_t capacity = 0) : most(capacity) { times.reserve(capacity); }
  static void note(void* log) {
    auto& self = *static_cast<Log*>(log);
    if (self.times.size() < self.most) self.times.push_back(now_ns());
    ++self.calls;
  }
  void await_calls(int count) {
    await("the timer expires", [&] { return calls >= count; });
  }
};

inline HANDLE create(void (*routine)(void*), void* context, ULONG level = RT_PRIORITY_MAX) {
  const HANDLE timer = RtCreateTimer(nullptr, 0, routine, context, level, CLOCK_FASTEST);
  EXPECT_NE(timer, nullptr);
  EXPECT_EQ(GetLastError(), 0u);
  return timer;
}

inline RTSS_TIMER_STATE state_of(HANDLE timer) {
  RTSS_TIMER_STATE state{};
  state.Size = sizeof state;
  EXPECT_TRUE(RtssQueryTimer(timer, &state));
  return state;
}

}  // namespace rtss::test
