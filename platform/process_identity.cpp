#include "platform/process_identity.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "platform/descriptor.h"
#include "platform/system_call.h"

namespace rtss::platform {

namespace {

constexpr std::uint64_t kStartMask = (std::uint64_t{1} << 40) - 1;  // centuries, in clock ticks

// Reads a small file of /proc whole; returns the length, or -1. What is mounted over such a file says nothing.
long read_file(const char* path, char* buffer, std::size_t size) noexcept {
  const Descriptor file = open_file(path, O_RDONLY);
  struct statfs system {};
  if (!file || fstatfs(file.get(), &system) != 0 || system.f_type != PROC_SUPER_MAGIC) return -1;
  const long length = read(file.get(), buffer, size - 1);
  if (length >= 0) buffer[length] = '\0';
  return length;
}

}  // namespace

std::int32_t current_tid() noexcept { return gettid(); }

std::array<char, 16> thread_name() noexcept {
  std::array<char, 16> name{};
  prctl(PR_GET_NAME, name.data());
  return name;
}

std::uint64_t start_time(std::int32_t pid, std::int32_t tid) noexcept {
  char path[64];
  char text[1024];
  std::snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, tid);
  if (read_file(path, text, sizeof text) <= 0) return 0;
  // The command name (field 2) may hold anything; fields are counted from the last parenthesis.
  const char* field = std::strrchr(text, ')');
  if (field == nullptr) return 0;
  constexpr int kFieldsFromNameToStart = 20;
  for (int i = 0; i < kFieldsFromNameToStart && field != nullptr; ++i) field = std::strchr(field + 1, ' ');
  return field == nullptr ? 0 : std::strtoull(field + 1, nullptr, 10);
}

std::uint64_t seal(std::int32_t pid, std::int32_t tid, std::uint64_t start_time) noexcept {
  constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15;
  const std::uint64_t start = start_time & kStartMask;
  std::uint64_t sum = (start ^ static_cast<std::uint32_t>(pid)) * kMultiplier;
  sum = ((sum >> 29) ^ sum ^ static_cast<std::uint32_t>(tid)) * kMultiplier;
  return start | (sum & ~kStartMask);
}

std::uint64_t own_sealed_start() noexcept { return seal(getpid(), current_tid(), start_time(getpid(), current_tid())); }

bool is_sealed(std::uint64_t sealed, std::int32_t pid, std::int32_t tid) noexcept {
  return seal(pid, tid, sealed) == sealed;
}

bool is_gone(std::int32_t pid, std::int32_t tid) noexcept {
  return rtss_system_call(SYS_tgkill, pid, tid, 0) == -1 && errno == ESRCH;
}

bool main_thread_has_ended() noexcept {
  char text[1024];
  if (read_file("/proc/self/stat", text, sizeof text) <= 0) return false;
  const char* const name_end = std::strrchr(text, ')');
  return name_end != nullptr && name_end[1] == ' ' && name_end[2] == 'Z';
}

BootId boot_id() noexcept {
  BootId id{};
  char text[64];
  const long length = read_file("/proc/sys/kernel/random/boot_id", text, sizeof text);
  if (length > 0) std::memcpy(id.data(), text, std::strcspn(text, "\n") < id.size() ? std::strcspn(text, "\n") : 0);
  return id;
}

std::uint64_t pid_namespace() noexcept {
  constexpr const char* kPath = "/proc/self/ns/pid";
  struct stat status {};
  struct statfs system {};
  if (stat(kPath, &status) != 0 || statfs(kPath, &system) != 0) return 0;
  return system.f_type == NSFS_MAGIC ? status.st_ino : 0;
}

}  // namespace rtss::platform
