// Ends a hung test program with a message: the test, what it was waiting for, and which thread is blocked on what.
// Tests state no upper time bounds of their own.
#pragma once

#include <string_view>

namespace rtss::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr int kWatchdogSeconds = kSanitized ? 240 : 120;

void watchdog_start(std::string_view test);
void watchdog_stop();

// Names what the calling thread waits for, for as long as this lives.
class Awaiting {
 public:
  explicit Awaiting(const char* what);
  ~Awaiting();
  Awaiting(const Awaiting&) = delete;
  Awaiting& operator=(const Awaiting&) = delete;

 private:
  const char* outer_;
};

}  // namespace rtss::test
