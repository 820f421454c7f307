#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

testing::AssertionResult refused() { return testing::AssertionFailure() << "query failed: " << GetLastError(); }

testing::AssertionResult mutex_reads(HANDLE mutex, LONG recursion, pid_t tid, bool abandoned) {
  const auto state = query_mutex(mutex);
  if (!state) return refused();
  if (state->recursion == recursion && state->owner_tid == static_cast<DWORD>(tid) &&
      (state->owner_pid != 0) == (tid != 0) && (state->abandoned != FALSE) == abandoned) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "recursion " << state->recursion << " owner " << state->owner_pid << '/'
                                     << state->owner_tid << (state->abandoned ? " abandoned" : "");
}

testing::AssertionResult event_reads(HANDLE event, bool signaled) {
  const auto state = query_event(event);
  if (!state) return refused();
  if ((state->signaled != FALSE) == signaled) return testing::AssertionSuccess();
  return testing::AssertionFailure() << (signaled ? "event is clear" : "event is set");
}

}  // namespace

testing::AssertionResult is_free(HANDLE mutex) { return mutex_reads(mutex, 0, 0, false); }
testing::AssertionResult is_abandoned(HANDLE mutex) { return mutex_reads(mutex, 0, 0, true); }
testing::AssertionResult is_owned(HANDLE mutex, pid_t tid, LONG recursion) {
  return mutex_reads(mutex, recursion, tid, false);
}
testing::AssertionResult is_set(HANDLE event) { return event_reads(event, true); }
testing::AssertionResult is_clear(HANDLE event) { return event_reads(event, false); }

testing::AssertionResult has_count(HANDLE semaphore, LONG count) {
  const auto state = query_semaphore(semaphore);
  if (!state) return refused();
  if (state->count == count) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "count is " << state->count;
}

}  // namespace rtss::test
