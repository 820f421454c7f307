#include <rtapi/event.h>

#include "rtapi/src/named.h"
#include "rtapi/src/translate.h"

namespace rtss::rtapi {
namespace {

template <typename Unit>
HANDLE create_event(BOOL manual_reset, BOOL initial_state, const Unit* name) {
  const auto reset = manual_reset != FALSE ? runtime::Reset::kManual : runtime::Reset::kAuto;
  const auto state = initial_state != FALSE ? runtime::EventState::kSet : runtime::EventState::kClear;
  return create_named(name, [=](std::string_view text) { return runtime::create_event(text, reset, state); });
}

}  // namespace

extern "C" {
HANDLE create_event_w16(LPSECURITY_ATTRIBUTES, BOOL manual_reset, BOOL initial_state, const char16_t* name)
    RTAPI_EXPORT_AS("RtCreateEventW");
HANDLE create_event_w32(LPSECURITY_ATTRIBUTES, BOOL manual_reset, BOOL initial_state, const char32_t* name)
    RTAPI_EXPORT_AS("RtCreateEventW32");
HANDLE open_event_w16(DWORD, BOOL, const char16_t* name) RTAPI_EXPORT_AS("RtOpenEventW");
HANDLE open_event_w32(DWORD, BOOL, const char32_t* name) RTAPI_EXPORT_AS("RtOpenEventW32");
}

HANDLE create_event_w16(LPSECURITY_ATTRIBUTES, BOOL manual_reset, BOOL initial_state, const char16_t* name) {
  return create_event(manual_reset, initial_state, name);
}
HANDLE create_event_w32(LPSECURITY_ATTRIBUTES, BOOL manual_reset, BOOL initial_state, const char32_t* name) {
  return create_event(manual_reset, initial_state, name);
}
HANDLE open_event_w16(DWORD, BOOL, const char16_t* name) { return open_named(name, runtime::open_event); }
HANDLE open_event_w32(DWORD, BOOL, const char32_t* name) { return open_named(name, runtime::open_event); }

}  // namespace rtss::rtapi

using namespace rtss;

HANDLE RtCreateEventA(LPSECURITY_ATTRIBUTES, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName) {
  return rtapi::create_event(bManualReset, bInitialState, lpName);
}

HANDLE RtOpenEventA(DWORD, BOOL, LPCSTR lpName) { return rtapi::open_named(lpName, runtime::open_event); }

BOOL RtSetEvent(HANDLE hEvent) { return rtapi::win32_result(runtime::set_event(rtapi::runtime_handle(hEvent))); }

BOOL RtResetEvent(HANDLE hEvent) { return rtapi::win32_result(runtime::reset_event(rtapi::runtime_handle(hEvent))); }

BOOL RtPulseEvent(HANDLE hEvent) { return rtapi::win32_result(runtime::pulse_event(rtapi::runtime_handle(hEvent))); }

BOOL RtssQueryEvent(HANDLE hEvent, PRTSS_EVENT_STATE pState) {
  return rtapi::query(hEvent, pState, runtime::query_event, [](const runtime::EventInfo& info) {
    return RTSS_EVENT_STATE{.Size = sizeof(RTSS_EVENT_STATE),
                            .Signaled = info.signaled ? TRUE : FALSE,
                            .ManualReset = info.manual_reset ? TRUE : FALSE};
  });
}
