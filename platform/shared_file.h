// The file behind a namespace: opening what may be trusted, publishing only what is complete, mapping.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace rtss::platform {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

enum class FileOutcome : std::uint8_t { kOk, kMissing, kExists, kRefused, kUntrusted, kNoSpace };

struct OpenedFile {
  FileOutcome outcome;
  Descriptor descriptor;
  std::uint64_t size;
  gid_t group;
  const char* why;  // a sentence for the user when the outcome is kRefused or kUntrusted
};

enum class Sharing : std::uint8_t {
  kPrivate,  // this user's own, mode 0600
  kGroup,    // made for a group by this user or root
  kMembers,  // made for `group`, by whoever could give it to that group
};

// Opens read-write, never through a symbolic link and never creating. Untrusted: not a regular file, more than one
// link, permissions for others, or not what `sharing` says.
OpenedFile open_shared_file(const char* path, Sharing sharing, gid_t group = 0);

// An unnamed file in `directory` with `size` bytes of real memory behind it, for this user alone or for a group too.
OpenedFile make_unnamed_file(const char* directory, std::uint64_t size, std::optional<gid_t> group);

// Gives an unnamed file its name, at once and complete. kExists: somebody else was first.
FileOutcome publish(const Descriptor& file, const char* path);

// True while `path` still names this very file.
bool still_names(const char* path, const Descriptor& file);

// Maps the whole file read-write and populated; not copied to forked children, not dumped. Null when refused.
// Once other threads may be inside it, a mapping lives as long as the process.
void* map(const Descriptor& file, std::uint64_t size);
void unmap(void* base, std::uint64_t size);

}  // namespace rtss::platform
