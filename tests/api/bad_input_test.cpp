// Bad input: refused with the documented code, and nothing is changed.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {

// The wide calls for each size of unit, under the names that the library exports.
HANDLE create_event_utf16(LPSECURITY_ATTRIBUTES attributes, BOOL manual, BOOL initial,
                          const char16_t* name) __asm__("RtCreateEventW");
HANDLE open_event_utf16(DWORD access, BOOL inherit, const char16_t* name) __asm__("RtOpenEventW");
HANDLE create_event_utf32(LPSECURITY_ATTRIBUTES attributes, BOOL manual, BOOL initial,
                          const char32_t* name) __asm__("RtCreateEventW32");
HANDLE open_event_utf32(DWORD access, BOOL inherit, const char32_t* name) __asm__("RtOpenEventW32");

namespace {

HANDLE value(std::uintptr_t number) { return reinterpret_cast<HANDLE>(number); }

class BadInput : public ApiTest {};

// ---- waits
// -------------------------------------------------------------------------------------------------------------

TEST_F(BadInput, WaitOnNoHandlesIsRefused) {
  const HANDLE set = create_event(nullptr, FALSE, TRUE);
  ULARGE_INTEGER zero{};
  for (const BOOL all : {FALSE, TRUE}) {
    EXPECT_FAILS(RtWaitForMultipleObjects(0, &set, all, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(RtWaitForMultipleObjects(0, nullptr, all, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(RtWaitForMultipleObjects(1, nullptr, all, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(RtWaitForMultipleObjectsEx(0, &set, all, &zero), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(RtWaitForMultipleObjectsEx(1, nullptr, all, &zero), WAIT_FAILED, ERROR_INVALID_PARAMETER);
  }
  EXPECT_TRUE(is_set(set));
}

TEST_F(BadInput, WaitOnMoreThanSixtyFourHandlesIsRefused) {
  Handles events;
  for (int i = 0; i <= MAX_WFMO; ++i) events.add(create_event(nullptr, FALSE, TRUE));
  ASSERT_EQ(events.count, 65U);
  for (const BOOL all : {FALSE, TRUE}) {
    for (const DWORD count : {65U, 0x8000'0000U, 0xFFFF'FFFFU}) {
      EXPECT_FAILS(RtWaitForMultipleObjects(count, events.items, all, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    }
  }
  for (DWORD i = 0; i < events.count; ++i) EXPECT_TRUE(is_set(events.items[i]));
}

TEST_F(BadInput, OneBadHandleAmongGoodOnesConsumesNothing) {
  NEEDS_PROCESSES();
  const HANDLE set = create_event(nullptr, FALSE, TRUE);
  const HANDLE semaphore = create_semaphore(nullptr, 2, 2);
  const HANDLE mutex = create_mutex(nullptr, FALSE);
  const HANDLE closed = create_event(nullptr, FALSE, TRUE);
  close_handle(closed);
  ProcessPeer peer;
  const HANDLE foreign = peer.call(create_event, "foreign", FALSE, TRUE);

  for (const HANDLE bad :
       {static_cast<HANDLE>(nullptr), closed, foreign, value(0x7ffffff0), value(0xdeadbeef), value(3)}) {
    SCOPED_TRACE(bad);
    for (const Handles& order : {Handles{bad, set, semaphore, mutex}, Handles{set, semaphore, bad, mutex},
                                 Handles{set, semaphore, mutex, bad}}) {
      for (const DWORD timeout : {0U, 10U, INFINITE}) {
        EXPECT_FAILS(wait_any(order, timeout), WAIT_FAILED, ERROR_INVALID_HANDLE);
        EXPECT_FAILS(wait_all(order, timeout), WAIT_FAILED, ERROR_INVALID_HANDLE);
      }
    }
  }

  EXPECT_TRUE(is_set(set));
  EXPECT_TRUE(has_count(semaphore, 2));
  EXPECT_TRUE(is_free(mutex));
}

TEST_F(BadInput, BadHandleIsFoundInAnyOfSixtyFourPlaces) {
  Handles events;
  for (int i = 0; i < MAX_WFMO; ++i) events.add(create_event(nullptr, TRUE, TRUE));
  for (DWORD place = 0; place < MAX_WFMO; ++place) {
    Handles order = events;
    order.items[place] = nullptr;
    EXPECT_FAILS(wait_any(order, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(wait_all(order, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
  }
}

TEST_F(BadInput, AnyNonZeroValueMeansAll) {
  const HANDLE set = create_event(nullptr, FALSE, TRUE);
  const HANDLE clear = create_event(nullptr, FALSE, FALSE);
  const HANDLE both[] = {set, clear};
  for (const BOOL all : {TRUE, -1, 2, static_cast<BOOL>(0x80000000)}) {
    EXPECT_EQ(RtWaitForMultipleObjects(2, both, all, 0), WAIT_TIMEOUT);
  }
  EXPECT_TRUE(is_set(set));
}

TEST_F(BadInput, PseudoHandlesAreRefusedByTheCallsOfTheThreeKinds) {
  for (const HANDLE pseudo : {INVALID_HANDLE_VALUE, RtGetCurrentThread()}) {
    EXPECT_FAILS(release_mutex(pseudo), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(set_event(pseudo), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(reset_event(pseudo), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(pulse_event(pseudo), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(release_semaphore(pseudo, 1), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(query_mutex(pseudo).has_value(), false, ERROR_INVALID_HANDLE);
  }
}

// ---- queries
// -----------------------------------------------------------------------------------------------------------

template <class State>
State poisoned(DWORD size) {
  State state;
  std::memset(&state, 0x5A, sizeof state);
  state.Size = size;
  return state;
}

template <class State>
void expect_size_checked(HANDLE handle, BOOL (*query)(HANDLE, State*)) {
  for (const DWORD size : {0U, 1U, static_cast<DWORD>(sizeof(State)) - 4, static_cast<DWORD>(sizeof(State)) + 4, ~0U}) {
    SCOPED_TRACE(size);
    const State before = poisoned<State>(size);
    State state = before;
    EXPECT_FAILS(query(handle, &state), FALSE, ERROR_INVALID_PARAMETER);
    EXPECT_EQ(std::memcmp(&state, &before, sizeof state), 0) << "written in spite of the refusal";
  }
  EXPECT_FAILS(query(handle, nullptr), FALSE, ERROR_INVALID_PARAMETER);
  const State before = poisoned<State>(sizeof(State));
  State state = before;
  EXPECT_FAILS(query(nullptr, &state), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_EQ(std::memcmp(&state, &before, sizeof state), 0) << "written in spite of the refusal";
}

TEST_F(BadInput, QueryChecksTheSizeMember) {
  expect_size_checked<RTSS_MUTEX_STATE>(create_mutex(nullptr, FALSE), RtssQueryMutex);
  expect_size_checked<RTSS_EVENT_STATE>(create_event(nullptr, FALSE, FALSE), RtssQueryEvent);
  expect_size_checked<RTSS_SEMAPHORE_STATE>(create_semaphore(nullptr, 0, 1), RtssQuerySemaphore);
}

// ---- names
// -------------------------------------------------------------------------------------------------------------

TEST_F(BadInput, NamesThatAreNotUtf8AreRefused) {
  const char* const kInvalid[] = {
      "\x80",              // continuation without a start
      "a\xc3",             // cut off
      "a\xc3(",            // no continuation
      "\xc0\xaf",          // over-long '/'
      "\xe0\x80\xaf",      // over-long '/'
      "\xed\xa0\x80",      // surrogate
      "\xf0\x80\x80\xaf",  // over-long '/'
      "\xf4\x90\x80\x80",  // beyond U+10FFFF
      "\xf8\x88\x80\x80\x80",
      "\xfe",
      "\xff",
  };
  for (const char* name : kInvalid) {
    for (const auto& kind : kKinds) {
      SCOPED_TRACE(kind.name);
      EXPECT_FAILS(kind.create(name), nullptr, ERROR_INVALID_NAME);
      EXPECT_FAILS(kind.open(name), nullptr, ERROR_INVALID_NAME);
    }
  }
}

TEST_F(BadInput, NamesThatAreNotUtf16AreRefused) {
  for (const std::u16string& name : {std::u16string{u'a', 0xD800}, std::u16string{0xDC00, u'b'},
                                     std::u16string{0xD800, u'b'}, std::u16string{0xDC00, 0xD800}}) {
    EXPECT_FAILS(create_event_utf16(nullptr, TRUE, FALSE, name.c_str()), nullptr, ERROR_INVALID_NAME);
    EXPECT_FAILS(open_event_utf16(0, FALSE, name.c_str()), nullptr, ERROR_INVALID_NAME);
  }
}

TEST_F(BadInput, NamesThatAreNotUtf32AreRefused) {
  for (const char32_t unit : {char32_t{0xD800}, char32_t{0xDFFF}, char32_t{0x110000}, char32_t{0xFFFFFFFF}}) {
    const char32_t name[] = {U'a', unit, 0};
    EXPECT_FAILS(create_event_utf32(nullptr, TRUE, FALSE, name), nullptr, ERROR_INVALID_NAME);
    EXPECT_FAILS(open_event_utf32(0, FALSE, name), nullptr, ERROR_INVALID_NAME);
  }
}

TEST_F(BadInput, WideNamesWithABackslashOrTooLongAreRefused) {
  EXPECT_FAILS(create_event_utf16(nullptr, TRUE, FALSE, u"a\\b"), nullptr, ERROR_INVALID_NAME);
  EXPECT_FAILS(open_event_utf32(0, FALSE, U"a\\b"), nullptr, ERROR_INVALID_NAME);
  const std::u16string long16(100'000, u'n');
  const std::u32string long32(100'000, U'n');
  EXPECT_FAILS(create_event_utf16(nullptr, TRUE, FALSE, long16.c_str()), nullptr, ERROR_FILENAME_EXCED_RANGE);
  EXPECT_FAILS(open_event_utf16(0, FALSE, long16.c_str()), nullptr, ERROR_FILENAME_EXCED_RANGE);
  EXPECT_FAILS(create_event_utf32(nullptr, TRUE, FALSE, long32.c_str()), nullptr, ERROR_FILENAME_EXCED_RANGE);
  EXPECT_FAILS(open_event_utf32(0, FALSE, long32.c_str()), nullptr, ERROR_FILENAME_EXCED_RANGE);
}

TEST_F(BadInput, VeryLongNarrowNamesAreRefused) {
  const std::string name(1'000'000, 'n');
  EXPECT_FAILS(RtCreateMutexA(nullptr, FALSE, name.c_str()), nullptr, ERROR_FILENAME_EXCED_RANGE);
  EXPECT_FAILS(RtOpenSemaphoreA(0, FALSE, name.c_str()), nullptr, ERROR_FILENAME_EXCED_RANGE);
}

TEST_F(BadInput, WideNullNamesAreUnnamedForCreateAndRefusedForOpen) {
  const HANDLE event = create_event_utf16(nullptr, TRUE, FALSE, nullptr);
  EXPECT_NE(event, nullptr);
  EXPECT_EQ(close_handle(event), TRUE);
  EXPECT_FAILS(open_event_utf16(0, FALSE, nullptr), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(open_event_utf32(0, FALSE, nullptr), nullptr, ERROR_INVALID_PARAMETER);
}

// ---- arguments that are ignored
// --------------------------------------------------------------------------------------

TEST_F(BadInput, AccessAndSecurityArgumentsAreIgnoredWhateverTheirValue) {
  SECURITY_ATTRIBUTES odd{};
  odd.nLength = 7;
  odd.lpSecurityDescriptor = value(0x1);
  odd.bInheritHandle = -3;
  const HANDLE mutex = RtCreateMutexA(&odd, FALSE, "M");
  const HANDLE event = RtCreateEventA(&odd, FALSE, FALSE, "E");
  const HANDLE semaphore = RtCreateSemaphoreA(&odd, 1, 1, "S");
  for (const DWORD access : {0U, SYNCHRONIZE, PAGE_READWRITE, MUTEX_ALL_ACCESS, 1U, 3U, ~0U}) {
    for (const BOOL inherit : {FALSE, TRUE, -1}) {
      for (const HANDLE handle : {RtOpenMutexA(access, inherit, "M"), RtOpenEventA(access, inherit, "E"),
                                  RtOpenSemaphoreA(access, inherit, "S")}) {
        EXPECT_NE(handle, nullptr);
        EXPECT_EQ(RtCloseHandle(handle), TRUE);
      }
    }
  }
  for (const HANDLE handle : {mutex, event, semaphore}) EXPECT_EQ(RtCloseHandle(handle), TRUE);
}

TEST_F(BadInput, AnyNonZeroBooleanIsTrue) {
  const HANDLE mutex = create_mutex(nullptr, 2);
  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  release_mutex(mutex);
  const HANDLE event = create_event(nullptr, -1, 0x100);
  EXPECT_TRUE(query_event(event)->manual_reset);
  EXPECT_TRUE(query_event(event)->signaled);
}

// ---- last error and levels
// ---------------------------------------------------------------------------------------------

TEST_F(BadInput, LastErrorBelongsToEachThread) {
  ThreadPeer peer;
  SetLastError(77);
  EXPECT_EQ(peer.call(set_event, static_cast<HANDLE>(nullptr)), FALSE);
  EXPECT_EQ(peer.last_error(), ERROR_INVALID_HANDLE);
  EXPECT_EQ(GetLastError(), 77U);
  EXPECT_EQ(RtGetLastError(), 77U);
  RtSetLastError(~0U);
  EXPECT_EQ(GetLastError(), ~0U);
}

TEST_F(BadInput, LastErrorOfANewThreadIsZero) {
  ThreadPeer peer;
  const auto first = peer.call([] {
    DWORD seen = ~0U;
    pthread_t thread;
    pthread_create(
        &thread, nullptr, [](void* out) -> void* { return *static_cast<DWORD*>(out) = GetLastError(), nullptr; },
        &seen);
    pthread_join(thread, nullptr);
    return seen;
  });
  EXPECT_EQ(first, 0U);
}

TEST_F(BadInput, LevelsOutOfRangeAndOtherThreadsAreRefused) {
  const int before = RtGetThreadPriority(RtGetCurrentThread());
  for (const int level : {-1, 128, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    EXPECT_FAILS(RtSetThreadPriority(RtGetCurrentThread(), level), FALSE, ERROR_INVALID_PARAMETER);
  }
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  for (const HANDLE wrong : {static_cast<HANDLE>(nullptr), event, value(0x1234)}) {
    EXPECT_FAILS(RtSetThreadPriority(wrong, 10), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(RtGetThreadPriority(wrong), THREAD_PRIORITY_ERROR_RETURN, ERROR_INVALID_HANDLE);
  }
  EXPECT_EQ(RtGetThreadPriority(RtGetCurrentThread()), before);
}

}  // namespace
}  // namespace rtss::test
