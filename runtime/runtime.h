// What rtapi/ may ask of the runtime. Nothing here knows Win32 codes, wide characters or milliseconds.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/platform/deadline.h"
#include "runtime/status.h"

namespace rtss::runtime {

using Handle = std::uint32_t;  // positive, 31 bits, a multiple of four; 0 is never a handle
inline constexpr Handle kNoHandle = 0;
inline constexpr std::uint32_t kMaxWaitObjects = 64;
inline constexpr std::uint32_t kMaxNameBytes = 259;

enum class InitialOwner : bool { kNo, kYes };
enum class Reset : bool { kAuto, kManual };
enum class EventState : bool { kClear, kSet };
enum class WaitKind : std::uint8_t { kAny, kAll };

struct Opened {
  Status status;  // kOk and kAlreadyExists carry a handle
  Handle handle;
};

// An empty name makes an unnamed object. Names are UTF-8; prefix stripping and backslash checks happen here.
Opened create_mutex(std::string_view name, InitialOwner initial_owner);
Opened create_event(std::string_view name, Reset reset, EventState initial);
Opened create_semaphore(std::string_view name, std::int32_t initial, std::int32_t maximum);
Opened open_mutex(std::string_view name);
Opened open_event(std::string_view name);
Opened open_semaphore(std::string_view name);
Status close(Handle handle);
Status pin(Handle handle,
           bool pinned);  // a pinned object outlives its last handle; named mutex, event, semaphore, memory

Status release_mutex(Handle handle);  // fast_path.h tries the uncontended release first
void finish_release();                // after a release that left something to be ended; see priority.md
Status set_event(Handle event);
Status reset_event(Handle event);
Status pulse_event(Handle event);
Status release_semaphore(Handle semaphore, std::int32_t count, std::int32_t* previous);  // previous may be null

struct WaitOutcome {
  enum class Kind : std::uint8_t { kSatisfied, kSatisfiedAbandoned, kTimeout, kFailed } kind;
  Status status;        // why it failed; kOk otherwise
  std::uint32_t index;  // wait-any: which object; otherwise 0
};

// Shared memory. The size is rounded up to pages; an existing object keeps its own. Each create and open maps the whole
// object once more; the mappings of an object go with this process's last handle to it, or one by one.
struct MappedMemory {
  Status status;  // kOk and kAlreadyExists carry a handle and an address
  Handle handle;
  void* address;
};
MappedMemory create_shared_memory(std::string_view name, std::uint64_t bytes);
MappedMemory open_shared_memory(std::string_view name);
Status map_shared_memory(Handle memory, std::uint64_t offset, std::uint64_t bytes,
                         void** address);  // bytes 0: to the end
Status unmap_shared_memory(void* address);
Status query_shared_memory(Handle memory, std::uint64_t* bytes);

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

// Threads and processes as objects that are signaled at their end.
inline constexpr std::uint32_t kExitCodeStillActive = 259;
Opened open_current_thread();            // a handle to the calling thread
Opened open_process(std::int32_t pid);   // attached to this namespace; kNotFound otherwise
void set_exit_code(std::uint32_t code);  // what the calling thread's object will report when it ends
struct TaskState {
  bool is_thread;  // else a process
  bool ended;
  std::uint32_t exit_code;  // kExitCodeStillActive until it has ended; 1 if it was killed
  std::int32_t pid;
  std::int32_t tid;  // 0 for a process
};
Status query_task(Handle handle, TaskState* state);
Opened create_timer_object();  // waitable, never signaled

// How long each later wait of the calling thread watches its own park word before it sleeps; 0 (default): not at all.
Status set_current_thread_spin(std::uint32_t nanoseconds);

// Levels: 0..127. Set changes the base of the calling thread; get returns the base.
Status set_current_thread_level(int level);
Status get_current_thread_level(int* level);

}  // namespace rtss::runtime
