// The API's calls in a form that a peer can run as well as the test itself: plain functions, everything by value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "rtapi.h"

namespace rtss::test {

// An object's name by value; made from nullptr it stands for no name.
struct Name {
  static constexpr std::size_t kCapacity = 400;

  Name(const char* from = nullptr) : null(from == nullptr) {  // NOLINT: names are written as literals
    if (!null) assign(from);
  }
  Name(std::string_view from) : null(false) { assign(from); }  // NOLINT

  [[nodiscard]] const char* c_str() const { return null ? nullptr : text; }

 private:
  void assign(std::string_view from) {
    const std::size_t length = from.size() < kCapacity ? from.size() : kCapacity - 1;
    std::memcpy(text, from.data(), length);
    text[length] = '\0';
  }

  char text[kCapacity] = {};
  bool null;
};

struct Handles {
  static constexpr DWORD kCapacity = 65;  // one more than a wait takes

  Handles() = default;
  Handles(std::initializer_list<HANDLE> from) {
    for (const HANDLE handle : from) add(handle);
  }
  void add(HANDLE handle) {
    if (count < kCapacity) items[count++] = handle;
  }

  DWORD count = 0;
  HANDLE items[kCapacity] = {};
};

// Every handle that these return is remembered by the process that got it, and closed at the end of the test.
HANDLE create_mutex(Name name, BOOL initial_owner);
HANDLE create_event(Name name, BOOL manual_reset, BOOL initial_state);
HANDLE create_semaphore(Name name, LONG initial, LONG maximum);
HANDLE open_mutex(Name name);
HANDLE open_event(Name name);
HANDLE open_semaphore(Name name);
BOOL close_handle(HANDLE handle);
void close_all_handles();

DWORD wait_one(HANDLE handle, DWORD milliseconds);
DWORD wait_any(Handles handles, DWORD milliseconds);
DWORD wait_all(Handles handles, DWORD milliseconds);
BOOL release_mutex(HANDLE mutex);
BOOL set_event(HANDLE event);
BOOL reset_event(HANDLE event);
BOOL pulse_event(HANDLE event);
BOOL release_semaphore(HANDLE semaphore, LONG count);  // previous count not asked for

struct Posted {
  BOOL done;
  LONG previous;  // kUnwritten when the call did not write it
};
inline constexpr LONG kUnwritten = -777;
Posted post(HANDLE semaphore, LONG count);

struct MutexView {
  LONG recursion;
  DWORD owner_pid;
  DWORD owner_tid;
  BOOL abandoned;
};
struct EventView {
  BOOL signaled;
  BOOL manual_reset;
};
struct SemaphoreView {
  LONG count;
  LONG maximum;
};
// Nothing when the query fails; last error says why.
std::optional<MutexView> query_mutex(HANDLE mutex);
std::optional<EventView> query_event(HANDLE event);
std::optional<SemaphoreView> query_semaphore(HANDLE semaphore);

// The three kinds, for what holds of each.
struct KindCalls {
  const char* name;
  HANDLE (*create)(Name name);  // signaled once
  HANDLE (*open)(Name name);
  bool (*query)(HANDLE handle);
};
extern const KindCalls kKinds[3];

}  // namespace rtss::test
