// The file behind a namespace: opening what may be trusted, publishing only what is complete, mapping.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "platform/descriptor.h"
#include "platform/process_identity.h"

namespace rtss::platform {

enum class FileOutcome : std::uint8_t { kOk, kMissing, kExists, kRefused, kUntrusted, kNoSpace };

struct OpenedFile {
  FileOutcome outcome;
  Descriptor descriptor;
  std::uint64_t size;
  uid_t owner;
  gid_t group;
  const char* why;  // a sentence for the user unless kOk or kMissing
};

enum class Sharing : std::uint8_t {
  kPrivate,  // belongs to one user, mode 0600
  kGroup,    // a group's, mode 0660; made by this user or root
  kMembers,  // a group's, mode 0660; made by any user who may give it to that group
};

// The owner of a file: `id` is the user of a private one, else the group.
struct Belonging {
  Sharing sharing;
  id_t id;
};

// Opens read-write, never through a symbolic link and never creating. Untrusted: not a regular file, more than one
// link, permissions for others, or not what `sharing` says. A group's file is opened whatever its group; kMembers only
// with that of `belonging`.
OpenedFile open_shared_file(const char* path, Belonging belonging);

// An unnamed file in `directory` with `size` bytes of real memory behind it, given to its owner.
// kNoSpace: no memory for it, or beyond the limit on the size of files.
OpenedFile make_unnamed_file(const char* directory, std::uint64_t size, Belonging belonging);

// Gives an unnamed file its name, at once and complete. kExists: another process was first.
FileOutcome publish(const Descriptor& file, const char* path);

// Was a file that says `recorded` of the boot it was made in made since the last boot? What lies in memory was; on any
// other file system two known boot ids tell.
enum class Boot : std::uint8_t { kThis, kEarlier, kUnknown };
Boot boot_of(const Descriptor& file, const BootId& recorded);

// True while `path` still names this very file.
bool still_names(const char* path, const Descriptor& file);

// Maps the whole file read-write; not copied to forked children, not dumped. A page is there once it is touched, or
// populated. Null when refused.
// Once other threads may be inside it, a mapping lives as long as the process.
void* map(const Descriptor& file, std::uint64_t size);
void unmap(void* base, std::uint64_t size);

// Has the pages of a part of a mapping there, for an access that must not fault.
void populate(const void* begin, std::uint64_t bytes);

// Has each page of a mapping stay once it is there. 0 or an errno value.
int lock_touched(void* base, std::uint64_t size);

}  // namespace rtss::platform
