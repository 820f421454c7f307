// Objects as the commands handle them: opened by name whatever their kind, closed at the end, errors reported in full.
#pragma once

#include <rtapi.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/segment/layout.h"

namespace rtss::tool {

using runtime::Kind;

// "rtss: TEXT" on standard error. Returns kTrouble.
int trouble(const std::string& text);
void warn(const std::string& text);

// trouble() about a call that failed: object, call, cause, and what to do.
int failed(std::string_view object, std::string_view call, DWORD error);

std::string in_quotes(std::string_view name);        // fit for a terminal, in quotation marks
std::string_view plain_name(std::string_view name);  // without an accepted Global\ or Local\ prefix.
// Why no object can have this name, by the rule of runtime/names/names.h; ERROR_SUCCESS: one can.
DWORD fault_of_name(std::string_view name);
std::string kind_with_article(Kind kind);  // "a mutex"

// What became of looking at a namespace, from what View::open() says; and what to do about it.
bool is_from_before_boot(std::string_view error);  // no process is in it: the next program replaces it
std::string remedy_of(std::string_view error);
// Of the selected namespace: "group plant-users", where it is for that group's members and this user is none; or empty.
std::string group_to_join();
// Where the selected private namespace is missing: its prefix "group:" was forgotten, perhaps; or empty.
std::string forgotten_prefix();

class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE handle) : handle_(handle) {}
  ~Handle() { close(); }
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  [[nodiscard]] HANDLE get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }
  void close() {
    if (handle_ != nullptr) RtCloseHandle(handle_);
    handle_ = nullptr;
  }

 private:
  HANDLE handle_ = nullptr;
};

struct Opened {
  Kind kind = Kind::kFree;
  Handle handle;
  void* address = nullptr;  // shared memory
};

// The object of that name among the kinds that wait commands take, or of every kind that can be pinned; `kind` kFree:
// whichever has the name. Says why when there is none.
enum class Among : bool { kWaitable, kPinnable };
std::optional<Opened> open_object(const std::string& name, Kind kind, Among among);

// Of one kind. Says why when there is none.
std::optional<Opened> open_kind(const std::string& name, Kind kind);

// What a command that creates does with the handle it got: refuses what existed if it is to be new, pins the rest.
struct Creation {
  std::string name;
  const char* call;
  bool exclusive;
};
// kDone, kBusy or kTrouble.
int conclude_creation(const Creation& creation, HANDLE handle, DWORD error);

// ---- time-outs ----------------------------------------------------------------------------------------------------

// Seconds as the Ex calls take them; none: for ever.
ULARGE_INTEGER timeout_of(const std::optional<double>& seconds);

}  // namespace rtss::tool
