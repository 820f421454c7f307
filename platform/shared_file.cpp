#include "platform/shared_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <boost/interprocess/detail/os_file_functions.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
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

const char* distrust(const struct stat& status, Belonging belonging) {
  if (!S_ISREG(status.st_mode)) return "it is not a regular file";
  if (status.st_nlink != 1) return "it has more than one name or none";
  if ((status.st_mode & S_IRWXO) != 0) return "it has permissions for others";
  switch (belonging.sharing) {
    case Sharing::kPrivate:
      if (status.st_uid != belonging.id) return "it belongs to another user";
      return (status.st_mode & S_IRWXG) != 0 ? "it has permissions for a group" : nullptr;
    case Sharing::kGroup:
      return status.st_uid != geteuid() && status.st_uid != 0 ? "it was made neither by this user nor by root"
                                                              : nullptr;
    case Sharing::kMembers:
      return status.st_gid != belonging.id ? "it was not made for the namespace's group" : nullptr;
  }
  __builtin_unreachable();
}

// Null once the file belongs where it should: a process may have changed its user since its first call.
const char* give(const Descriptor& file, Belonging belonging) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return "it cannot be examined";
  if (belonging.sharing != Sharing::kPrivate) {
    return fchown(file.get(), static_cast<uid_t>(-1), belonging.id) == 0 ? nullptr
                                                                         : "this user may not give it to that group";
  }
  if (status.st_uid == belonging.id || fchown(file.get(), belonging.id, static_cast<gid_t>(-1)) == 0) return nullptr;
  return "it would not belong to the namespace's owner: this process has changed its user since its first call. Make "
         "it "
         "before, or use a group's namespace";
}

// Space beyond the limit is not asked for: the kernel would end the program with SIGXFSZ.
bool is_beyond_limit(std::uint64_t size) {
  rlimit limit{};
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur;
}

OpenedFile failed(FileOutcome outcome, const char* why) { return {outcome, {}, 0, 0, 0, why}; }

}  // namespace

OpenedFile open_shared_file(const char* path, Belonging belonging) {
  Descriptor file = open_file(path, O_RDWR | O_NOFOLLOW);
  if (!file) {
    if (errno == ENOENT) return failed(FileOutcome::kMissing, nullptr);
    if (errno == ELOOP) return failed(FileOutcome::kUntrusted, "it is a symbolic link");
    return failed(FileOutcome::kRefused, strerrordesc_np(errno));
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failed(FileOutcome::kRefused, "it cannot be examined");
  if (const char* why = distrust(status, belonging); why != nullptr) {
    if (status.st_nlink == 0) return failed(FileOutcome::kMissing, nullptr);  // unlinked since it was opened
    return failed(FileOutcome::kUntrusted, why);
  }
  return {FileOutcome::kOk, std::move(file), static_cast<std::uint64_t>(status.st_size),
          status.st_uid,    status.st_gid,   nullptr};
}

OpenedFile make_unnamed_file(const char* directory, std::uint64_t size, Belonging belonging) {
  constexpr const char* kLimited = "the limit on the size of files is lower: raise RLIMIT_FSIZE (\"ulimit -f\")";
  Descriptor file = open_file(directory, O_TMPFILE | O_RDWR, S_IRUSR | S_IWUSR);
  if (!file) return failed(errno == ENOSPC ? FileOutcome::kNoSpace : FileOutcome::kRefused, strerrordesc_np(errno));
  if (const char* why = give(file, belonging); why != nullptr) return failed(FileOutcome::kRefused, why);
  const mode_t mode = S_IRUSR | S_IWUSR | (belonging.sharing == Sharing::kPrivate ? 0 : S_IRGRP | S_IWGRP);
  if (fchmod(file.get(), mode) != 0) return failed(FileOutcome::kRefused, "its mode cannot be set");
  if (is_beyond_limit(size)) return failed(FileOutcome::kNoSpace, kLimited);
  const int error = posix_fallocate(file.get(), 0, static_cast<off_t>(size));
  if (error == ENOSPC) return failed(FileOutcome::kNoSpace, "there is not enough space");
  if (error == EFBIG) return failed(FileOutcome::kNoSpace, kLimited);
  if (error != 0) return failed(FileOutcome::kRefused, strerrordesc_np(error));
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return failed(FileOutcome::kRefused, "it cannot be examined");
  return {FileOutcome::kOk, std::move(file), size, status.st_uid, status.st_gid, nullptr};
}

FileOutcome publish(const Descriptor& file, const char* path) {
  char source[64];
  std::snprintf(source, sizeof source, "/proc/self/fd/%d", file.get());
  if (linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0) return FileOutcome::kOk;
  return errno == EEXIST ? FileOutcome::kExists : FileOutcome::kRefused;
}

Boot boot_of(const Descriptor& file, const BootId& recorded) {
  struct statfs system {};
  if (fstatfs(file.get(), &system) == 0 && (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC))
    return Boot::kThis;
  const BootId now = boot_id();
  if (recorded == BootId{} || now == BootId{}) return Boot::kUnknown;
  return recorded == now ? Boot::kThis : Boot::kEarlier;
}

bool still_names(const char* path, const Descriptor& file) {
  struct stat named {};
  struct stat opened {};
  return fstat(file.get(), &opened) == 0 && lstat(path, &named) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

void* map(const Descriptor& file, std::uint64_t size) {
  try {
    bip::mapped_region region(MappableDescriptor{file.get()}, bip::read_write, 0, size, nullptr, MAP_SHARED);
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

void populate(const void* begin, std::uint64_t bytes) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = address / page * page;
  void* const start = reinterpret_cast<void*>(first);  // NOLINT(performance-no-int-to-ptr)
  madvise(start, address + bytes - first, MADV_POPULATE_WRITE);
}

int lock_touched(void* base, std::uint64_t size) { return mlock2(base, size, MLOCK_ONFAULT) == 0 ? 0 : errno; }

}  // namespace rtss::platform
