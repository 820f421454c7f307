#include "runtime/services/shared_memory.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/message.h"
#include "platform/pi_mutex.h"
#include "platform/shared_file.h"
#include "platform/steps.h"
#include "runtime/life/attach.h"
#include "runtime/services/close.h"
#include "runtime/services/create.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

struct Memory {
  std::uint32_t slot;
  std::uint32_t generation;
  Identity process;  // a forked child inherits the lists, but these are its parent's
  bool operator==(const Memory&) const = default;
};
struct MappedView {
  Memory memory;
  void* base;  // of the mapping, and its length
  std::uint64_t bytes;
  void* address;  // what the program was given
};
struct MemoryHandle {
  Memory memory;
  Handle handle;
};

// What this process has mapped, and the handles that keep it mapped. The segment is not asked: while it is damaged, the
// memory that a thread uses stays.
struct Views {
  platform::PiMutex mutex;
  std::vector<MappedView> list;
  std::vector<MemoryHandle> handles;
};
Views& views() {
  // Never destroyed: static destructors may still unmap. A forked child may have inherited a held lock.
  static Views* const all = [] {
    static Views* made = new Views;
    pthread_atfork(nullptr, nullptr, [] { new (made) Views; });
    return made;
  }();
  return *all;
}

// Sizes and offsets count in RTX's pages, whatever the system's page size is.
constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t whole_pages(std::uint64_t bytes) { return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes; }

Status status_of(platform::FileOutcome outcome) {
  switch (outcome) {
    case platform::FileOutcome::kOk:
      return Status::kOk;
    case platform::FileOutcome::kNoSpace:
      return Status::kNoMemory;
    default:
      return Status::kAccessDenied;
  }
}

Memory memory_of(const ObjectRef& ref) { return {ref.slot, ref.generation, self_state.process}; }

Status map_view(const SegmentView& segment, const ObjectRef& ref, std::uint64_t offset, std::uint64_t bytes,
                void** address) {
  const ObjectInfo& info = segment.infos[ref.slot];
  char path[kPathBytes];
  file_path(segment, memory_file(info), path);
  const platform::OpenedFile file = open_memory_file(segment, path);
  if (file.outcome != platform::FileOutcome::kOk) return Status::kAccessDenied;
  if (offset % kPageBytes != 0 || offset >= file.size) return Status::kInvalidParameter;
  if (bytes == 0) bytes = file.size - offset;
  if (bytes > file.size - offset) return Status::kInvalidParameter;
  const std::uint64_t before = offset % static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  void* const base = mmap(nullptr, bytes + before, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                          file.descriptor.get(), static_cast<off_t>(offset - before));
  if (base == MAP_FAILED) return Status::kNoMemory;
  *address = static_cast<std::byte*>(base) + before;
  const std::lock_guard guard(views().mutex);
  views().list.push_back({memory_of(ref), base, bytes + before, *address});
  return Status::kOk;
}

// The handle counts from before the view is there: a thread that closes another handle at this moment leaves both.
Status note_handle_and_map(Handle handle, void** address) {
  const InLibrary guard(self_state);
  ObjectRef ref{};
  if (!resolve(attachment.view, self_state.process, handle, &ref)) return Status::kInvalidHandle;
  {
    const std::lock_guard lock(views().mutex);
    views().handles.push_back({memory_of(ref), handle});
  }
  return map_view(attachment.view, ref, 0, 0, address);
}

MappedMemory with_view(const Opened& opened) {
  if (opened.handle == kNoHandle) return {opened.status, kNoHandle, nullptr};
  void* address = nullptr;
  const Status mapped = note_handle_and_map(opened.handle, &address);
  if (mapped == Status::kOk) return {opened.status, opened.handle, address};
  close(opened.handle);
  return {mapped, kNoHandle, nullptr};
}

}  // namespace

void forget_handle(Handle handle) {
  const std::lock_guard guard(views().mutex);
  auto& handles = views().handles;
  const auto closed = std::find_if(handles.begin(), handles.end(), [&](const MemoryHandle& one) {
    return one.handle == (handle & ~kHandleTagMask) && one.memory.process == self_state.process;
  });
  if (closed == handles.end()) return;
  const Memory memory = closed->memory;
  handles.erase(closed);
  if (std::any_of(handles.begin(), handles.end(), [&](const MemoryHandle& one) { return one.memory == memory; }))
    return;
  std::erase_if(views().list, [&](const MappedView& view) {
    if (view.memory != memory) return false;
    munmap(view.base, view.bytes);
    return true;
  });
}

MappedMemory create_shared_memory(std::string_view name, std::uint64_t bytes) {
  ThreadState& self = self_state;
  if (bytes == 0 || bytes > INT64_MAX / 2) return {Status::kInvalidParameter, kNoHandle, nullptr};
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle, nullptr};
  // What exists needs no memory. If it goes or comes meanwhile, create_object knows.
  if (!name.empty()) {
    const Opened existing = open_object(name, Kind::kSharedMemory);
    if (existing.status == Status::kOk) return with_view({Status::kAlreadyExists, existing.handle});
  }
  // The memory is reserved before the namespace lock is taken, and has no name until the object has: no leftovers.
  const SegmentView& segment = attachment.view;
  const platform::OpenedFile file = platform::make_unnamed_file("/dev/shm", whole_pages(bytes), belonging_of(segment));
  if (file.outcome != platform::FileOutcome::kOk) {
    platform::warn("cannot make a shared memory of %llu bytes: %s", static_cast<unsigned long long>(bytes), file.why);
    return {status_of(file.outcome), kNoHandle, nullptr};
  }
  const std::uint64_t number = segment.header->next_file.fetch_add(1, kRelaxed);
  // NOLINTBEGIN(clang-analyzer-core.CallAndMessage): the analyzer loses sight of the captures in the template
  return with_view(create_object(
      name, Kind::kSharedMemory,
      [&](const ThreadState&) { return ObjectInit{.kind = Kind::kSharedMemory, .bytes = bytes, .file = number}; },
      [&] {
        char path[kPathBytes];
        file_path(segment, number, path);
        const platform::FileOutcome outcome = platform::publish(file.descriptor, path);
        RTSS_STEP("memory.named");
        return status_of(outcome);
      }));
  // NOLINTEND(clang-analyzer-core.CallAndMessage)
}

MappedMemory open_shared_memory(std::string_view name) { return with_view(open_object(name, Kind::kSharedMemory)); }

Status map_shared_memory(Handle memory, std::uint64_t offset, std::uint64_t bytes, void** address) {
  ObjectRef ref{};
  if (const Status status = find_handle(self_state, memory, Kind::kSharedMemory, &ref); status != Status::kOk)
    return status;
  const InLibrary inside(self_state);
  return map_view(attachment.view, ref, offset, bytes, address);
}

Status unmap_shared_memory(void* address) {
  const InLibrary inside(self_state);
  const std::lock_guard guard(views().mutex);
  auto& list = views().list;
  const auto found =
      std::find_if(list.begin(), list.end(), [address](const MappedView& view) { return view.address == address; });
  if (found == list.end()) return Status::kInvalidParameter;
  munmap(found->base, found->bytes);
  list.erase(found);
  return Status::kOk;
}

Status query_shared_memory(Handle memory, std::uint64_t* bytes) {
  ObjectRef ref{};
  if (const Status status = find_handle(self_state, memory, Kind::kSharedMemory, &ref); status != Status::kOk)
    return status;
  *bytes = memory_bytes(attachment.view.infos[ref.slot]);
  return Status::kOk;
}

}  // namespace rtss::runtime
