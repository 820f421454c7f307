#include "bench/support/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string_view>

namespace rtss::bench {
namespace {

std::string cannot_write(const std::string& path) { return "cannot write " + path + ": " + std::strerror(errno); }

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

mode_t mode_of_new_file() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

}  // namespace

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

std::string OutputFile::make_temporary() {
  temporary_ = path_ + ".XXXXXX";
  descriptor_ = mkostemp(temporary_.data(), O_CLOEXEC);
  if (descriptor_ >= 0 && fchmod(descriptor_, mode_of_new_file()) == 0) return "";
  std::string failure = cannot_write(path_);
  if (descriptor_ < 0) temporary_.clear();
  return failure;
}

std::string OutputFile::open(const std::string& path) {
  path_ = path;
  if (!is_wanted() || is_standard_output()) return "";
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return make_temporary();
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);  // a device or a pipe; a directory fails here
  return descriptor_ < 0 ? cannot_write(path) : "";
}

std::string OutputFile::save(const std::string& content) {
  if (!is_wanted()) return "";
  if (is_standard_output()) {
    std::cout << content;
    return flush_standard_output();
  }
  if (!write_all(descriptor_, content)) return cannot_write(path_);
  if (temporary_.empty()) return "";
  const bool is_closed = close(descriptor_) == 0;
  descriptor_ = -1;
  if (!is_closed || rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write(path_);
  temporary_.clear();
  return make_temporary();
}

std::string flush_standard_output() {
  errno = 0;
  bool is_out = std::fflush(stdout) == 0;
  if (is_out && std::ferror(stdout) != 0) {
    // It failed earlier, and errno is another's by now: one more byte meets the same fault.
    std::clearerr(stdout);
    is_out = false;
    if (std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0) errno = EIO;
  }
  return is_out ? "" : "standard output cannot be written: " + std::string(std::strerror(errno));
}

}  // namespace rtss::bench
