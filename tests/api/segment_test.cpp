// The namespace's file: one that cannot be used is refused with a code and a message on stderr, and left as it is.
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include "tests/support/api_test.h"
#include "tests/support/keeper.h"

namespace rtss::test {
namespace {

struct Attempt {
  HANDLE handle;
  DWORD error;
  char message[200];  // what stderr received
};

// First call of a fresh process, in the namespace named.
Attempt attach_to(Name name) {
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  const int log = memfd_create("stderr", MFD_CLOEXEC);
  const int saved = dup(STDERR_FILENO);
  dup2(log, STDERR_FILENO);
  Attempt attempt{};
  SetLastError(kUntouchedError);
  attempt.handle = RtCreateEventA(nullptr, TRUE, FALSE, "probe");
  attempt.error = GetLastError();
  dup2(saved, STDERR_FILENO);
  const auto length = pread(log, attempt.message, sizeof attempt.message - 1, 0);
  attempt.message[length > 0 ? length : 0] = '\0';
  close(saved);
  close(log);
  return attempt;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Segment : public testing::Test {
 protected:
  // A namespace as the library makes it, with nobody in it.
  void SetUp() override {
    const rlim_t_is_unneeded unneeded{};
    (void)unneeded;
    ProcessPeer maker;
    maker.call([] { setenv("RTSS_LIMITS", "processes=8,threads=16,objects=64,handles=64", 1); });
    const auto made = maker.call(attach_to, name_.c_str());
    ASSERT_NE(made.handle, nullptr) << made.message;
  }
  void TearDown() override { unlink(file_.c_str()); }

  // Overwrites `size` bytes of the file.
  void patch(std::size_t offset, const void* bytes, std::size_t size) const {
    const int file = open(file_.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(pwrite(file, bytes, size, static_cast<off_t>(offset)), static_cast<ssize_t>(size));
    close(file);
  }

  void expect_refused(DWORD error) const {
    ProcessPeer peer;
    const auto attempt = peer.call(attach_to, name_.c_str());
    EXPECT_EQ(attempt.handle, nullptr);
    EXPECT_EQ(attempt.error, error);
    EXPECT_NE(std::string(attempt.message).find(file_), std::string::npos) << "stderr: " << attempt.message;
  }

  void expect_refused_and_untouched(DWORD error) const {
    const std::string before = contents(file_);
    expect_refused(error);
    EXPECT_TRUE(contents(file_) == before) << "the file was changed";
  }

  const std::string name_ = namespace_name("segment");
  const std::string file_ = namespace_file(name_);
};

}  // namespace
}  // namespace rtss::test
