// Shared-memory objects of this process: create, open, map.
#pragma once

#include <string_view>

#include "runtime/names/memory_file.h"
#include "runtime/segment/types.h"

namespace rtss::runtime {

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

// A handle of this process was closed: if it was the last to a shared memory, the views of that are unmapped.
void forget_handle(Handle handle);

}  // namespace rtss::runtime
