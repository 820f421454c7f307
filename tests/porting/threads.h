// Threads made by the API under test, from lambdas that capture nothing.
#pragma once

#include <atomic>

#include "tests/support/api_test.h"

namespace rtss::test {

inline HANDLE start_thread(LPTHREAD_START_ROUTINE routine, void* parameter = nullptr, DWORD flags = 0) {
  return RtCreateThread(nullptr, 0, routine, parameter, flags, nullptr);
}

inline DWORD exit_code(HANDLE thread) {
  DWORD code = 0xBAD;
  EXPECT_TRUE(RtGetExitCodeThread(thread, &code));
  return code;
}

// Waits for its end, closes the handle; the thread's exit code.
inline DWORD join(HANDLE thread) {
  const Awaiting awaiting("a thread of the API ends");
  EXPECT_EQ(RtWaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
  const DWORD code = exit_code(thread);
  EXPECT_TRUE(RtCloseHandle(thread));
  return code;
}

// A thread that counts until it is stopped; for looking whether it runs.
struct Counter {
  std::atomic<std::uint64_t> count{0};
  std::atomic<bool> stop{false};
  std::atomic<DWORD> tid{0};

  static DWORD run(void* counter) {
    auto& self = *static_cast<Counter*>(counter);
    self.tid = RtGetCurrentThreadId();
    while (!self.stop) {
      ++self.count;
      RtSleep(0);
    }
    return 7;
  }
  void await_progress() {
    const std::uint64_t seen = count;
    await("the counter counts", [&] { return count > seen + 1; });
  }
};

}  // namespace rtss::test
