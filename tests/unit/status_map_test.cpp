#include "rtapi/src/status_map.h"

#include <gtest/gtest.h>
#include <rtapi/error.h>

#include <map>
#include <set>
#include <utility>

#include "rtapi/src/translate.h"

namespace rtss::rtapi {

// translate.h stores into it; the library's own lives in last_error.cpp, which would export its accessors here.
thread_local constinit DWORD last_error = ERROR_SUCCESS;

namespace {

using platform::Timeout;
using runtime::Opened;
using runtime::Status;
using runtime::WaitOutcome;

constexpr DWORD kUntouched = 0xDEAD;

TEST(StatusMap, GivesEveryOutcomeItsWin32Code) {
  const std::map<Status, DWORD> expected = {
      {Status::kOk, 0},
      {Status::kAlreadyExists, 183},
      {Status::kNotFound, 2},
      {Status::kInvalidHandle, 6},
      {Status::kInvalidParameter, 87},
      {Status::kInvalidName, 123},
      {Status::kNameTooLong, 206},
      {Status::kNotOwner, 288},
      {Status::kTooManyPosts, 298},
      {Status::kRecursionLimit, 587},
      {Status::kTableFull, 1450},
      {Status::kNoMemory, 8},
      {Status::kAccessDenied, 5},
      {Status::kIncompatible, 1306},
      {Status::kCorrupt, 1392},
      {Status::kPrivilegeNotHeld, 1314},
      {Status::kNotSupported, 50},
      {Status::kSuspendLimit, 156},
      {Status::kInUse, 170},
      {Status::kNotExecutable, 193},
  };

  // kNotExecutable is the last of them: a status added behind it or between must be added here.
  ASSERT_EQ(expected.size(), static_cast<std::size_t>(Status::kNotExecutable) + 1);
  for (const auto& [status, code] : expected) EXPECT_EQ(win32_error(status), code) << "status " << int(status);
}

TEST(StatusMap, KeepsOutcomesApart) {
  std::set<DWORD> codes;
  for (int status = 0; status <= static_cast<int>(Status::kNotExecutable); ++status) {
    EXPECT_TRUE(codes.insert(win32_error(static_cast<Status>(status))).second) << "status " << status;
  }
}

TEST(Result, OfASuccessLeavesTheLastErrorAlone) {
  last_error = kUntouched;

  EXPECT_EQ(win32_result(Status::kOk), TRUE);

  EXPECT_EQ(last_error, kUntouched);
}

TEST(Result, OfAFailureIsFalseAndSetsTheLastError) {
  last_error = kUntouched;

  EXPECT_EQ(win32_result(Status::kNotOwner), FALSE);

  EXPECT_EQ(last_error, ERROR_NOT_OWNER);
}

TEST(OpenedResult, OfAFreshObjectClearsTheLastError) {
  last_error = kUntouched;

  EXPECT_EQ(win32_result(Opened{Status::kOk, 8}), win32_handle(8));

  EXPECT_EQ(last_error, ERROR_SUCCESS);
}

TEST(OpenedResult, OfAnExistingObjectIsItsHandleAndAlreadyExists) {
  EXPECT_EQ(win32_result(Opened{Status::kAlreadyExists, 8}), win32_handle(8));

  EXPECT_EQ(last_error, ERROR_ALREADY_EXISTS);
}

TEST(OpenedResult, OfAFailureIsNullWhateverTheHandle) {
  EXPECT_EQ(win32_result(Opened{Status::kNotFound, 8}), nullptr);

  EXPECT_EQ(last_error, ERROR_FILE_NOT_FOUND);
}

TEST(WaitResult, AddsTheIndexAndLeavesTheLastErrorAlone) {
  last_error = kUntouched;

  EXPECT_EQ(win32_result(WaitOutcome{WaitOutcome::Kind::kSatisfied, Status::kOk, 0}), WAIT_OBJECT_0);
  EXPECT_EQ(win32_result(WaitOutcome{WaitOutcome::Kind::kSatisfied, Status::kOk, 63}), WAIT_OBJECT_0 + 63);
  EXPECT_EQ(win32_result(WaitOutcome{WaitOutcome::Kind::kSatisfiedAbandoned, Status::kOk, 5}), WAIT_ABANDONED_0 + 5);
  EXPECT_EQ(win32_result(WaitOutcome{WaitOutcome::Kind::kTimeout, Status::kOk, 0}), WAIT_TIMEOUT);

  EXPECT_EQ(last_error, kUntouched);
}

TEST(WaitResult, OfAFailureIsWaitFailedAndSetsTheLastError) {
  EXPECT_EQ(win32_result(WaitOutcome{WaitOutcome::Kind::kFailed, Status::kRecursionLimit, 7}), WAIT_FAILED);

  EXPECT_EQ(last_error, ERROR_MUTANT_LIMIT_EXCEEDED);
}

TEST(Handle, KeepsItsValueOnTheWayOutAndBack) {
  for (const runtime::Handle handle : {4u, 0x1234u, 0x7FFFFFFCu}) {
    EXPECT_EQ(runtime_handle(win32_handle(handle)), handle);
  }
}

TEST(Handle, IgnoresTheTwoLowBits) {
  for (runtime::Handle low = 0; low < 4; ++low) EXPECT_EQ(runtime_handle(win32_handle(0x120 + low)), 0x120u);
}

TEST(Handle, OfMoreThan31BitsIsNone) {
  for (const std::uintptr_t value : {std::uintptr_t{0}, std::uintptr_t{0x80000000}, std::uintptr_t{0xFFFFFFFE},
                                     std::uintptr_t{0x100000004}, UINTPTR_MAX, UINTPTR_MAX - 1, UINTPTR_MAX - 3}) {
    EXPECT_EQ(runtime_handle(reinterpret_cast<HANDLE>(value)), runtime::kNoHandle) << value;
  }
}

TEST(Milliseconds, OfZeroPollAndOfInfiniteNeverExpire) {
  EXPECT_TRUE(timeout_from_ms(0).is_poll());
  EXPECT_TRUE(timeout_from_ms(INFINITE).is_never());
}

TEST(Milliseconds, OfEveryOtherValueAreThatMany) {
  for (const DWORD milliseconds : {1u, 1000u, 0x80000000u, static_cast<DWORD>(-3), 0xFFFFFFFEu}) {
    EXPECT_EQ(timeout_from_ms(milliseconds).ns(), milliseconds * std::uint64_t{1'000'000});
    EXPECT_FALSE(timeout_from_ms(milliseconds).is_never());
  }
}

ULARGE_INTEGER units(ULONGLONG value) {
  ULARGE_INTEGER result;
  result.QuadPart = value;
  return result;
}

TEST(HundredNanoseconds, OfZeroPollAndOfAllBitsNeverExpire) {
  EXPECT_TRUE(timeout_from_100ns(units(0)).is_poll());
  ULARGE_INTEGER both_halves;
  both_halves.u.LowPart = INFINITE;
  both_halves.u.HighPart = INFINITE;
  EXPECT_TRUE(timeout_from_100ns(both_halves).is_never());
}

TEST(HundredNanoseconds, AreNotRounded) { EXPECT_EQ(timeout_from_100ns(units(12'345)).ns(), 1'234'500u); }

TEST(HundredNanoseconds, BeyondTheRangeAreHugeButFinite) {
  constexpr ULONGLONG kLargestExact = UINT64_MAX / 100;
  EXPECT_EQ(timeout_from_100ns(units(kLargestExact)).ns(), kLargestExact * 100);
  for (const ULONGLONG value : {kLargestExact + 1, static_cast<ULONGLONG>(-10'000LL), ULONGLONG{UINT64_MAX - 1}}) {
    EXPECT_FALSE(timeout_from_100ns(units(value)).is_never()) << value;
    EXPECT_GE(timeout_from_100ns(units(value)).ns(), kLargestExact * 100) << value;
  }
}

}  // namespace
}  // namespace rtss::rtapi
