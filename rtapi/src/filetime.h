// Time as the API has it: units of 100 ns since 1601-01-01 UTC.
#pragma once

#include <rtapi/types.h>

#include <cstdint>

namespace rtss::rtapi {

inline constexpr LONGLONG kNsPerTick = 100;
inline constexpr LONGLONG kUnitsFrom1601To1970 = 116'444'736'000'000'000;

constexpr LONGLONG units_since_1601(std::int64_t ns_since_1970) {
  return ns_since_1970 / kNsPerTick + kUnitsFrom1601To1970;
}
constexpr LONGLONG units_since_1601(std::uint64_t ns_since_1970) {
  return units_since_1601(static_cast<std::int64_t>(ns_since_1970));
}

constexpr FILETIME filetime(LONGLONG units) {
  const auto bits = static_cast<std::uint64_t>(units);
  return {static_cast<DWORD>(bits), static_cast<DWORD>(bits >> 32)};
}

// Saturates: what is beyond 1970 +- 292 years is never reached, or long over.
constexpr std::int64_t ns_since_1970(LONGLONG units) {
  constexpr LONGLONG kMax = INT64_MAX / kNsPerTick;
  const LONGLONG since = units - kUnitsFrom1601To1970;
  if (since > kMax) return INT64_MAX;
  return since < -kMax ? INT64_MIN : since * kNsPerTick;
}

// A duration, not negative; saturates.
constexpr std::uint64_t duration_ns(LONGLONG units) {
  constexpr LONGLONG kMax = INT64_MAX / kNsPerTick;
  return static_cast<std::uint64_t>(units < kMax ? units * kNsPerTick : INT64_MAX);
}

}  // namespace rtss::rtapi
