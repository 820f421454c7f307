#include "platform/shared_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/interprocess/detail/os_file_functions.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace rtss::platform {

namespace {

namespace bip = boost::interprocess;

// Lets Boost map a descriptor that we opened and checked ourselves.
struct MappableDescriptor {
  int fd;
  [[nodiscard]] bip::mapping_handle_t get_mapping_handle() const {
    return bip::ipcdetail::mapping_handle_from_file_handle(fd);
  }
};

const char* distrust(const struct stat& status, Sharing sharing, gid_t group) {
  if (!S_ISREG(status.st_mode)) return "it is not a regular file";
  if (status.st_nlink != 1) return "it has more than one name or none";
  if ((status.st_mode & S_IRWXO) != 0) return "it has permissions for others";
  const bool own = status.st_uid == geteuid();
  if (sharing == Sharing::kPrivate && !own) return "it belongs to another user";
  if (sharing == Sharing::kPrivate && (status.st_mode & S_IRWXG) != 0) return "it has permissions for a group";
  if (sharing == Sharing::kGroup && !own && status.st_uid != 0) return "it was made neither by this user nor by root";
  if (sharing == Sharing::kMembers && status.st_gid != group) return "it was not made for the namespace's group";
  return nullptr;
}

OpenedFile failed(FileOutcome outcome, const char* why) { return {outcome, {}, 0, 0, why}; }

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

OpenedFile open_shared_file(const char* path, Sharing sharing, gid_t group) {
  Descriptor file(open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT) return failed(FileOutcome::kMissing, nullptr);
    if (errno == ELOOP) return failed(FileOutcome::kUntrusted, "it is a symbolic link");
    return failed(FileOutcome::kRefused, errno == EACCES ? "permission denied" : "it cannot be opened");
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failed(FileOutcome::kRefused, "it cannot be examined");
  if (const char* why = distrust(status, sharing, group); why != nullptr) {
    if (status.st_nlink == 0) return failed(FileOutcome::kMissing, nullptr);  // unlinked since it was opened
    return failed(FileOutcome::kUntrusted, why);
  }
  return {FileOutcome::kOk, std::move(file), static_cast<std::uint64_t>(status.st_size), status.st_gid, nullptr};
}

OpenedFile make_unnamed_file(const char* directory, std::uint64_t size, std::optional<gid_t> group) {
  Descriptor file(open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file) return failed(FileOutcome::kRefused, "the directory is not writable");
  if (group && fchown(file.get(), static_cast<uid_t>(-1), *group) != 0)
    return failed(FileOutcome::kRefused, "this user may not give it to that group");
  const mode_t mode = S_IRUSR | S_IWUSR | (group ? S_IRGRP | S_IWGRP : 0);
  if (fchmod(file.get(), mode) != 0) return failed(FileOutcome::kRefused, "its mode cannot be set");
  const int error = posix_fallocate(file.get(), 0, static_cast<off_t>(size));
  if (error == ENOSPC) return failed(FileOutcome::kNoSpace, "there is not enough space");
  if (error != 0) return failed(FileOutcome::kRefused, "space cannot be reserved");
  return {FileOutcome::kOk, std::move(file), size, group.value_or(getegid()), nullptr};
}

FileOutcome publish(const Descriptor& file, const char* path) {
  char source[64];
  std::snprintf(source, sizeof source, "/proc/self/fd/%d", file.get());
  if (linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0) return FileOutcome::kOk;
  return errno == EEXIST ? FileOutcome::kExists : FileOutcome::kRefused;
}

bool still_names(const char* path, const Descriptor& file) {
  struct stat named {};
  struct stat opened {};
  return fstat(file.get(), &opened) == 0 && lstat(path, &named) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

void* map(const Descriptor& file, std::uint64_t size) {
  try {
    bip::mapped_region region(MappableDescriptor{file.get()}, bip::read_write, 0, size, nullptr,
                              MAP_SHARED | MAP_POPULATE);
    void* const base = region.get_address();
    madvise(base, size, MADV_DONTFORK);
    madvise(base, size, MADV_DONTDUMP);
    // The mapping outlives the region object, which is given up without being destroyed.
    union Keep {
      bip::mapped_region region;
      explicit Keep(bip::mapped_region&& moved) : region(std::move(moved)) {}
      ~Keep() {}
    };
    const Keep keep(std::move(region));
    return base;
  } catch (const bip::interprocess_exception&) {
    return nullptr;
  }
}

void unmap(void* base, std::uint64_t size) { munmap(base, size); }

}  // namespace rtss::platform
