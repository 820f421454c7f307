// What create, open and query calls of every kind of object share.
#pragma once

#include "rtapi/src/text.h"
#include "rtapi/src/translate.h"

// The wide forms as exported: Rt...W takes 16-bit units and Rt...W32 takes 32-bit units, whatever wchar_t this library
// itself is compiled with. Their C++ names differ because the public headers bind Rt...W to the caller's wchar_t.
#define RTAPI_EXPORT_AS(symbol) __asm__(symbol) __attribute__((visibility("default")))

namespace rtss::rtapi {

// create: Opened(std::string_view)
template <typename Unit, typename Create>
HANDLE create_named(const Unit* name, Create create) {
  const ObjectName parsed(name);
  if (parsed.status() != runtime::Status::kOk) return win32_result(runtime::Opened{parsed.status(), {}});
  return win32_result(create(parsed.text()));
}

template <typename Unit>
HANDLE open_named(const Unit* name, runtime::Opened (*open)(std::string_view)) {
  const ObjectName parsed(name);
  if (parsed.status() != runtime::Status::kOk) return win32_result(runtime::Opened{parsed.status(), {}});
  if (parsed.text().empty()) return win32_result(runtime::Opened{runtime::Status::kInvalidParameter, {}});
  return win32_result(open(parsed.text()));
}

// Fills the caller's structure with convert(what read reports), or leaves it as it was.
template <typename Public, typename Internal, typename Convert>
BOOL query(HANDLE handle, Public* state, runtime::Status (*read)(runtime::Handle, Internal*), Convert convert) {
  if (state == nullptr || state->Size != sizeof(Public)) return win32_result(runtime::Status::kInvalidParameter);
  Internal internal{};
  const runtime::Status status = read(runtime_handle(handle), &internal);
  if (status == runtime::Status::kOk) *state = convert(internal);
  return win32_result(status);
}

}  // namespace rtss::rtapi
