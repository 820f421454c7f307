#include <rtapi/mutex.h>

#include "rtapi/src/named.h"
#include "rtapi/src/translate.h"
#include "runtime/fast_path.h"

namespace rtss::rtapi {
namespace {

template <typename Unit>
HANDLE create_mutex(BOOL initial_owner, const Unit* name) {
  const auto owner = initial_owner != FALSE ? runtime::InitialOwner::kYes : runtime::InitialOwner::kNo;
  return create_named(name, [owner](std::string_view text) { return runtime::create_mutex(text, owner); });
}

// Apart, so that what is left of the call is its fast path.
[[gnu::noinline]] BOOL release_mutex(HANDLE mutex) {
  return win32_result(runtime::release_mutex(runtime_handle(mutex)));
}

}  // namespace

extern "C" {
HANDLE create_mutex_w16(LPSECURITY_ATTRIBUTES, BOOL initial_owner, const char16_t* name)
    RTAPI_EXPORT_AS("RtCreateMutexW");
HANDLE create_mutex_w32(LPSECURITY_ATTRIBUTES, BOOL initial_owner, const char32_t* name)
    RTAPI_EXPORT_AS("RtCreateMutexW32");
HANDLE open_mutex_w16(DWORD, BOOL, const char16_t* name) RTAPI_EXPORT_AS("RtOpenMutexW");
HANDLE open_mutex_w32(DWORD, BOOL, const char32_t* name) RTAPI_EXPORT_AS("RtOpenMutexW32");
}

HANDLE create_mutex_w16(LPSECURITY_ATTRIBUTES, BOOL initial_owner, const char16_t* name) {
  return create_mutex(initial_owner, name);
}
HANDLE create_mutex_w32(LPSECURITY_ATTRIBUTES, BOOL initial_owner, const char32_t* name) {
  return create_mutex(initial_owner, name);
}
HANDLE open_mutex_w16(DWORD, BOOL, const char16_t* name) { return open_named(name, runtime::open_mutex); }
HANDLE open_mutex_w32(DWORD, BOOL, const char32_t* name) { return open_named(name, runtime::open_mutex); }

}  // namespace rtss::rtapi

using namespace rtss;

HANDLE RtCreateMutexA(LPSECURITY_ATTRIBUTES, BOOL bInitialOwner, LPCSTR lpName) {
  return rtapi::create_mutex(bInitialOwner, lpName);
}

HANDLE RtOpenMutexA(DWORD, BOOL, LPCSTR lpName) { return rtapi::open_named(lpName, runtime::open_mutex); }

[[gnu::aligned(rtapi::kCacheLine)]] BOOL RtReleaseMutex(HANDLE hMutex) {
  if (runtime::release_at_once(rtapi::handle_value(hMutex))) [[likely]]
    return TRUE;
  return rtapi::release_mutex(hMutex);
}

BOOL RtssQueryMutex(HANDLE hMutex, PRTSS_MUTEX_STATE pState) {
  return rtapi::query(hMutex, pState, runtime::query_mutex, [](const runtime::MutexState& state) {
    return RTSS_MUTEX_STATE{.Size = sizeof(RTSS_MUTEX_STATE),
                            .RecursionCount = state.recursion,
                            .OwnerProcessId = static_cast<DWORD>(state.owner_pid),
                            .OwnerThreadId = static_cast<DWORD>(state.owner_tid),
                            .Abandoned = state.abandoned ? TRUE : FALSE};
  });
}
