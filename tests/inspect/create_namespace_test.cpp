// Making a namespace for others to attach to, without attaching.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "runtime/inspect/inspect.h"
#include "runtime/segment/create_segment.h"
#include "runtime/segment/namespace_path.h"

namespace rtss::test {
namespace {

using namespace runtime;  // NOLINT(google-build-using-namespace)

class CreateNamespace : public testing::TestWithParam<const char*> {
 protected:
  ~CreateNamespace() override { unlink(path().c_str()); }

  [[nodiscard]] std::string path() const {
    char text[kNamespacePathBytes] = {};
    EXPECT_TRUE(namespace_path(name, text, sizeof text));
    return text;
  }

  const std::string name = GetParam() + ("create-test-" + std::to_string(getpid()));
  NamespaceOptions options{.limits = {.processes = 4, .threads = 8, .objects = 32, .handles = 64}, .group = getegid()};
};

INSTANTIATE_TEST_SUITE_P(Private, CreateNamespace, testing::Values(""));
INSTANTIATE_TEST_SUITE_P(Group, CreateNamespace, testing::Values("group:"));

TEST_P(CreateNamespace, MakesAValidOneWithWhatWasChosen) {
  options.inheritance = Inheritance::kLimited;
  options.window = {.low = 10, .high = 20};
  options.names_per_kind = true;

  ASSERT_EQ(create_namespace(name, options).status, Status::kOk);

  std::string error;
  const auto view = inspect::View::open(name, &error);
  ASSERT_TRUE(view) << error;
  EXPECT_TRUE(inspect::segment_is_valid(view->segment()));
  const inspect::NamespaceView info = view->info();
  EXPECT_EQ(info.group, name.starts_with(kGroupPrefix));
  EXPECT_EQ(info.inheritance, Inheritance::kLimited);
  EXPECT_EQ(info.window.low, 10);
  EXPECT_EQ(info.window.high, 20);
  EXPECT_TRUE(info.names_per_kind);
  EXPECT_EQ(info.processes.limit, 4U);
  EXPECT_EQ(info.threads.limit, 8U);
  EXPECT_EQ(info.objects.limit, 32U);
  EXPECT_EQ(info.handles.limit, 64U);
  EXPECT_EQ(info.processes.in_use, 0U);
}

TEST_P(CreateNamespace, GivesItToItsUserAloneOrToTheGroupToo) {
  ASSERT_EQ(create_namespace(name, options).status, Status::kOk);

  struct stat status {};
  ASSERT_EQ(stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, geteuid());
  EXPECT_EQ(status.st_mode, static_cast<mode_t>(S_IFREG | (name.starts_with(kGroupPrefix) ? 0660 : 0600)));
  EXPECT_EQ(status.st_gid, getegid());
}

TEST_P(CreateNamespace, LeavesAnExistingFileAlone) {
  std::ofstream(path()) << "another's";

  const CreatedNamespace again = create_namespace(name, options);

  EXPECT_EQ(again.status, Status::kAlreadyExists);
  EXPECT_NE(again.why, nullptr);
  std::string contents;
  std::getline(std::ifstream(path()), contents);
  EXPECT_EQ(contents, "another's");
}

TEST_P(CreateNamespace, LeavesADanglingLinkAlone) {
  ASSERT_EQ(symlink("/nonexistent/target", path().c_str()), 0);

  EXPECT_EQ(create_namespace(name, options).status, Status::kAlreadyExists);

  struct stat status {};
  ASSERT_EQ(lstat(path().c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
}

TEST_P(CreateNamespace, RefusesOptionsThatNoNamespaceMayHave) {
  const auto refuses = [&](const NamespaceOptions& with) {
    const CreatedNamespace created = create_namespace(name, with);
    return created.status == Status::kInvalidParameter && created.why != nullptr && access(path().c_str(), F_OK) != 0;
  };
  NamespaceOptions bad = options;
  bad.limits.objects = 0;
  EXPECT_TRUE(refuses(bad));
  bad = options;
  bad.limits.threads = kMaxLimits.threads + 1;
  EXPECT_TRUE(refuses(bad));
  bad = options;
  bad.window = {.low = 50, .high = 99};
  EXPECT_TRUE(refuses(bad));
}

TEST(CreateNamespaceNamed, WhatIsNoNameIsRefused) {
  for (const char* name : {"", "group:", "a/b", "with space", "group:a/b"}) {
    EXPECT_EQ(create_namespace(name, {}).status, Status::kInvalidName) << name;
  }
}

TEST(CreateNamespaceForAGroup, OfWhichOneIsNoMemberIsRefused) {
  if (geteuid() == 0) GTEST_SKIP() << "root may give files to any group";
  constexpr gid_t kNobodysGroup = 4'000'000'000;

  const CreatedNamespace created =
      create_namespace("group:create-test-" + std::to_string(getpid()), {.group = kNobodysGroup});

  EXPECT_EQ(created.status, Status::kAccessDenied);
}

}  // namespace
}  // namespace rtss::test
