// The one way time-outs travel. A Timeout is relative and costs nothing to make; a Deadline is the absolute
// CLOCK_MONOTONIC instant it becomes when a thread really has to sleep.
#pragma once

#include <cstdint>
#include <limits>

namespace rtss::platform {

class Timeout {
 public:
  static constexpr Timeout poll() { return Timeout{0}; }
  static constexpr Timeout never() { return Timeout{kNever}; }
  static constexpr Timeout nanoseconds(std::uint64_t ns) { return Timeout{ns < kNever ? ns : kNever - 1}; }

  [[nodiscard]] constexpr bool is_poll() const { return ns_ == 0; }
  [[nodiscard]] constexpr bool is_never() const { return ns_ == kNever; }
  [[nodiscard]] constexpr std::uint64_t ns() const { return ns_; }

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  explicit constexpr Timeout(std::uint64_t ns) : ns_(ns) {}
  std::uint64_t ns_;
};

class Deadline {
 public:
  [[nodiscard]] constexpr Deadline later_by(std::uint64_t ns) const {
    return Deadline{ns_ < kNever - ns ? ns_ + ns : kNever};
  }
  static constexpr Deadline never() { return Deadline{kNever}; }
  static constexpr Deadline at(std::uint64_t monotonic_ns) { return Deadline{monotonic_ns}; }
  static Deadline after(Timeout timeout);  // reads the clock unless the time-out is never(); saturates

  [[nodiscard]] constexpr bool is_never() const { return ns_ == kNever; }
  [[nodiscard]] constexpr std::uint64_t ns() const { return ns_; }

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  explicit constexpr Deadline(std::uint64_t ns) : ns_(ns) {}
  std::uint64_t ns_;
};

}  // namespace rtss::platform
