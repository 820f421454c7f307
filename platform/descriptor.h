// Open files, kept off the standard descriptors.
#pragma once

#include <sys/types.h>

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

// A program may have been started with descriptors 0 to 2 closed. The next file opened would be one of them, and what
// any thread prints would go into it. Those that are closed get a descriptor that cannot be read or written: print
// calls go on failing with EBADF. It is closed by exec. To be called before a file is opened.
void fill_standard_descriptors() noexcept;

// open(2) with the standard descriptors filled first; the file is closed by exec.
Descriptor open_file(const char* path, int flags, mode_t mode = 0) noexcept;

}  // namespace rtss::platform
