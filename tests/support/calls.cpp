#include "tests/support/calls.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace rtss::test {
namespace {

class OpenHandles {
 public:
  HANDLE remember(HANDLE handle) {
    if (handle == nullptr) return handle;
    const DWORD error = GetLastError();
    const std::lock_guard guard(mutex_);
    handles_.push_back(handle);
    SetLastError(error);
    return handle;
  }

  void forget(HANDLE handle) {
    const std::lock_guard guard(mutex_);
    const auto found = std::ranges::find(handles_, handle);
    if (found != handles_.end()) handles_.erase(found);
  }

  std::vector<HANDLE> take() {
    const std::lock_guard guard(mutex_);
    return std::exchange(handles_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<HANDLE> handles_;
};

OpenHandles& open_handles() {
  static OpenHandles handles;
  return handles;
}

}  // namespace

HANDLE create_mutex(Name name, BOOL initial_owner) {
  return open_handles().remember(RtCreateMutexA(nullptr, initial_owner, name.c_str()));
}
HANDLE create_event(Name name, BOOL manual_reset, BOOL initial_state) {
  return open_handles().remember(RtCreateEventA(nullptr, manual_reset, initial_state, name.c_str()));
}
HANDLE create_semaphore(Name name, LONG initial, LONG maximum) {
  return open_handles().remember(RtCreateSemaphoreA(nullptr, initial, maximum, name.c_str()));
}
HANDLE open_mutex(Name name) { return open_handles().remember(RtOpenMutexA(SYNCHRONIZE, FALSE, name.c_str())); }
HANDLE open_event(Name name) { return open_handles().remember(RtOpenEventA(SYNCHRONIZE, FALSE, name.c_str())); }
HANDLE open_semaphore(Name name) { return open_handles().remember(RtOpenSemaphoreA(SYNCHRONIZE, FALSE, name.c_str())); }

// Forgotten first: once closed, the value may be another thread's.
BOOL close_handle(HANDLE handle) {
  open_handles().forget(handle);
  return RtCloseHandle(handle);
}

void close_all_handles() {
  for (const HANDLE handle : open_handles().take()) RtCloseHandle(handle);
}

DWORD wait_one(HANDLE handle, DWORD milliseconds) { return RtWaitForSingleObject(handle, milliseconds); }
DWORD wait_any(Handles handles, DWORD milliseconds) {
  return RtWaitForMultipleObjects(handles.count, handles.items, FALSE, milliseconds);
}
DWORD wait_all(Handles handles, DWORD milliseconds) {
  return RtWaitForMultipleObjects(handles.count, handles.items, TRUE, milliseconds);
}

BOOL release_mutex(HANDLE mutex) { return RtReleaseMutex(mutex); }
BOOL set_event(HANDLE event) { return RtSetEvent(event); }
BOOL reset_event(HANDLE event) { return RtResetEvent(event); }
BOOL pulse_event(HANDLE event) { return RtPulseEvent(event); }
BOOL release_semaphore(HANDLE semaphore, LONG count) { return RtReleaseSemaphore(semaphore, count, nullptr); }

Posted post(HANDLE semaphore, LONG count) {
  Posted posted{.done = FALSE, .previous = kUnwritten};
  posted.done = RtReleaseSemaphore(semaphore, count, &posted.previous);
  return posted;
}

std::optional<MutexView> query_mutex(HANDLE mutex) {
  RTSS_MUTEX_STATE state{};
  state.Size = sizeof state;
  if (!RtssQueryMutex(mutex, &state)) return std::nullopt;
  return MutexView{.recursion = state.RecursionCount,
                   .owner_pid = state.OwnerProcessId,
                   .owner_tid = state.OwnerThreadId,
                   .abandoned = state.Abandoned};
}

std::optional<EventView> query_event(HANDLE event) {
  RTSS_EVENT_STATE state{};
  state.Size = sizeof state;
  if (!RtssQueryEvent(event, &state)) return std::nullopt;
  return EventView{.signaled = state.Signaled, .manual_reset = state.ManualReset};
}

std::optional<SemaphoreView> query_semaphore(HANDLE semaphore) {
  RTSS_SEMAPHORE_STATE state{};
  state.Size = sizeof state;
  if (!RtssQuerySemaphore(semaphore, &state)) return std::nullopt;
  return SemaphoreView{.count = state.CurrentCount, .maximum = state.MaximumCount};
}

const KindCalls kKinds[3] = {
    {.name = "mutex",
     .create = [](Name name) { return create_mutex(name, FALSE); },
     .open = open_mutex,
     .query = [](HANDLE handle) { return query_mutex(handle).has_value(); }},
    {.name = "event",
     .create = [](Name name) { return create_event(name, FALSE, TRUE); },
     .open = open_event,
     .query = [](HANDLE handle) { return query_event(handle).has_value(); }},
    {.name = "semaphore",
     .create = [](Name name) { return create_semaphore(name, 1, 1); },
     .open = open_semaphore,
     .query = [](HANDLE handle) { return query_semaphore(handle).has_value(); }},
};

}  // namespace rtss::test
