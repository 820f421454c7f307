#include "platform/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace rtss::platform {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

void fill_standard_descriptors() noexcept {
  for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; ++standard) {
    if (fcntl(standard, F_GETFD) == -1 && errno == EBADF) open("/", O_PATH | O_CLOEXEC);  // the lowest closed one
  }
}

Descriptor open_file(const char* path, int flags, mode_t mode) noexcept {
  fill_standard_descriptors();
  return Descriptor(open(path, flags | O_CLOEXEC, mode));
}

}  // namespace rtss::platform
