// Opening a namespace's file: only one that this build can read, and a clear word about any other.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "platform/shared_file.h"
#include "runtime/inspect/inspect.h"
#include "runtime/segment/namespace_path.h"
#include "tests/inspect/scene.h"

namespace rtss::test {
namespace {

using namespace runtime;  // NOLINT(google-build-using-namespace)
using inspect::View;
using testing::HasSubstr;

class OpenTest : public testing::Test {
 protected:
  OpenTest() {
    char text[kNamespacePathBytes];
    EXPECT_TRUE(namespace_path(name, text, sizeof text));
    path = text;
  }
  ~OpenTest() override { unlink(path.c_str()); }

  void write(std::size_t size) const {
    const platform::Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    ASSERT_EQ(pwrite(file.get(), scene.image.bytes(), size, 0), static_cast<ssize_t>(size));
  }
  void write() const { write(scene.image.size()); }

  std::string refusal() const {
    std::string error;
    return View::open(name, &error) ? "opened" : error;
  }

  Scene scene;
  std::string name = "inspect-test-" + std::to_string(getpid());
  std::string path;
};

TEST_F(OpenTest, MapsANamespaceByItsName) {
  write();
  std::string error;

  const auto view = View::open(name, &error);

  ASSERT_TRUE(view) << error;
  EXPECT_EQ(view->path(), path);
  EXPECT_EQ(view->objects().size(), 6U);
  EXPECT_TRUE(inspect::segment_is_valid(view->segment()));
}

TEST_F(OpenTest, SeesLaterChanges) {
  write();
  std::string error;
  const auto view = View::open(name, &error);
  ASSERT_TRUE(view) << error;

  scene.image.rename(scene.m, "Renamed");
  write();

  EXPECT_TRUE(view->object("Renamed"));
}

TEST_F(OpenTest, TakesTheNameFromTheEnvironment) {
  write();
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  std::string error;

  const auto view = View::current(&error);

  unsetenv("RTSS_NAMESPACE");
  EXPECT_TRUE(view) << error;
}

TEST_F(OpenTest, SaysThatThereIsNone) {
  EXPECT_EQ(refusal(), path + ": there is no such namespace (it is made by its first process)");
}

TEST_F(OpenTest, RefusesNamesThatAreNone) {
  std::string error;

  EXPECT_FALSE(View::open("../x", &error));

  EXPECT_EQ(error, "\"../x\" is not a namespace name: 1 to 64 of A-Z a-z 0-9 . _ -, or group:NAME");
}

TEST_F(OpenTest, RefusesASymbolicLink) {
  const std::string target = path + "-target";
  ASSERT_EQ(symlink(target.c_str(), path.c_str()), 0);

  EXPECT_EQ(refusal(), path + ": refused, it is a symbolic link");
}

TEST_F(OpenTest, RefusesWhatIsNoRegularFileWithoutWaitingForIt) {
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);

  EXPECT_EQ(refusal(), path + ": refused, it is not a regular file");
}

TEST_F(OpenTest, RefusesAFileTooSmallForAHeader) {
  write(100);

  EXPECT_EQ(refusal(), path + ": refused, too small for a namespace");
}

TEST_F(OpenTest, RefusesATruncatedFile) {
  write(scene.image.size() - 1);

  EXPECT_EQ(refusal(), path + ": refused, truncated or grown");
}

TEST_F(OpenTest, RefusesAnotherMagic) {
  scene.image.header().magic = 0;
  write();

  EXPECT_EQ(refusal(), path + ": refused, not a namespace");
}

TEST_F(OpenTest, RefusesAnotherVersion) {
  scene.image.header().version = kLayoutVersion + 1;
  write();

  EXPECT_THAT(refusal(), HasSubstr("layout version " + std::to_string(kLayoutVersion + 1)));
}

TEST_F(OpenTest, RefusesAnotherLayout) {
  ++scene.image.header().layout_hash;
  write();

  EXPECT_EQ(refusal(), path + ": refused, made by a build with another layout of the same version");
}

TEST_F(OpenTest, RefusesImpossibleLimits) {
  for (const std::uint32_t threads : {0U, kMaxLimits.threads + 1, 0xffff'ffffU}) {
    scene.image.header().limits.threads = threads;
    write();

    EXPECT_EQ(refusal(), path + ": refused, its limits are damaged");
  }
}

TEST_F(OpenTest, RefusesASizeThatDoesNotFollowFromTheLimits) {
  ++scene.image.header().limits.objects;
  write();

  EXPECT_EQ(refusal(), path + ": refused, its size does not follow from its limits");
}

TEST_F(OpenTest, RefusesDamagedSettings) {
  scene.image.header().window_high = 99;
  write();

  EXPECT_EQ(refusal(), path + ": refused, its settings are damaged");
}

}  // namespace
}  // namespace rtss::test
