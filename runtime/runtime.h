// What rtapi/ may ask of the runtime. Nothing here knows Win32 codes, wide characters or milliseconds.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "platform/deadline.h"
#include "runtime/segment/types.h"
#include "runtime/services/close.h"
#include "runtime/services/shared_memory.h"
#include "runtime/services/task.h"
#include "runtime/services/thread_settings.h"

namespace rtss::runtime {

enum class InitialOwner : bool { kNo, kYes };
enum class Reset : bool { kAuto, kManual };
enum class EventState : bool { kClear, kSet };
enum class WaitKind : std::uint8_t { kAny, kAll };

// An empty name makes an unnamed object. Names are UTF-8; prefix stripping and backslash checks happen here.
Opened create_mutex(std::string_view name, InitialOwner initial_owner);
Opened create_event(std::string_view name, Reset reset, EventState initial);
Opened create_semaphore(std::string_view name, std::int32_t initial, std::int32_t maximum);
Opened open_mutex(std::string_view name);
Opened open_event(std::string_view name);
Opened open_semaphore(std::string_view name);
Status pin(Handle handle,
           bool pinned);  // a pinned object outlives its last handle; named mutex, event, semaphore, memory

Status release_mutex(Handle handle);  // fast_path.h tries the uncontended release first
void finish_release();                // after a release that left something to be ended; see priority.md
Status set_event(Handle event);
Status reset_event(Handle event);
Status pulse_event(Handle event);
Status release_semaphore(Handle semaphore, std::int32_t count, std::int32_t* previous);  // previous may be null

// fast_path.h tries the uncontended take first.
WaitOutcome wait_one(Handle handle, platform::Timeout timeout);
WaitOutcome wait_many(std::span<const Handle> handles, WaitKind kind, platform::Timeout timeout);

struct MutexState {
  std::int32_t recursion;  // 0 when free
  std::int32_t owner_pid;  // 0 when free
  std::int32_t owner_tid;
  bool abandoned;  // free, and its last owner died owning it
};
struct EventInfo {
  bool signaled;
  bool manual_reset;
};
struct SemaphoreState {
  std::int32_t count;
  std::int32_t maximum;
};
Status query_mutex(Handle handle, MutexState* state);
Status query_event(Handle handle, EventInfo* state);
Status query_semaphore(Handle handle, SemaphoreState* state);

// How long each later wait of the calling thread watches its own park word before it sleeps; 0 (default): not at all.
Status set_current_thread_spin(std::uint32_t nanoseconds);

}  // namespace rtss::runtime
