#include <rtapi/semaphore.h>

#include "rtapi/src/named.h"
#include "rtapi/src/translate.h"

namespace rtss::rtapi {
namespace {

template <typename Unit>
HANDLE create_semaphore(LONG initial, LONG maximum, const Unit* name) {
  if (initial < 0 || maximum <= 0 || initial > maximum) {
    return win32_result(runtime::Opened{runtime::Status::kInvalidParameter, {}});
  }
  return create_named(name, [=](std::string_view text) { return runtime::create_semaphore(text, initial, maximum); });
}

}  // namespace

extern "C" {
HANDLE create_semaphore_w16(LPSECURITY_ATTRIBUTES, LONG initial, LONG maximum, const char16_t* name)
    RTAPI_EXPORT_AS("RtCreateSemaphoreW");
HANDLE create_semaphore_w32(LPSECURITY_ATTRIBUTES, LONG initial, LONG maximum, const char32_t* name)
    RTAPI_EXPORT_AS("RtCreateSemaphoreW32");
HANDLE open_semaphore_w16(DWORD, BOOL, const char16_t* name) RTAPI_EXPORT_AS("RtOpenSemaphoreW");
HANDLE open_semaphore_w32(DWORD, BOOL, const char32_t* name) RTAPI_EXPORT_AS("RtOpenSemaphoreW32");
}

HANDLE create_semaphore_w16(LPSECURITY_ATTRIBUTES, LONG initial, LONG maximum, const char16_t* name) {
  return create_semaphore(initial, maximum, name);
}
HANDLE create_semaphore_w32(LPSECURITY_ATTRIBUTES, LONG initial, LONG maximum, const char32_t* name) {
  return create_semaphore(initial, maximum, name);
}
HANDLE open_semaphore_w16(DWORD, BOOL, const char16_t* name) { return open_named(name, runtime::open_semaphore); }
HANDLE open_semaphore_w32(DWORD, BOOL, const char32_t* name) { return open_named(name, runtime::open_semaphore); }

}  // namespace rtss::rtapi

using namespace rtss;

HANDLE RtCreateSemaphoreA(LPSECURITY_ATTRIBUTES, LONG lInitialCount, LONG lMaximumCount, LPCSTR lpName) {
  return rtapi::create_semaphore(lInitialCount, lMaximumCount, lpName);
}

HANDLE RtOpenSemaphoreA(DWORD, BOOL, LPCSTR lpName) { return rtapi::open_named(lpName, runtime::open_semaphore); }

BOOL RtReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount) {
  return rtapi::win32_result(
      runtime::release_semaphore(rtapi::runtime_handle(hSemaphore), lReleaseCount, lpPreviousCount));
}

BOOL RtssQuerySemaphore(HANDLE hSemaphore, PRTSS_SEMAPHORE_STATE pState) {
  return rtapi::query(hSemaphore, pState, runtime::query_semaphore, [](const runtime::SemaphoreState& state) {
    return RTSS_SEMAPHORE_STATE{
        .Size = sizeof(RTSS_SEMAPHORE_STATE), .CurrentCount = state.count, .MaximumCount = state.maximum};
  });
}
