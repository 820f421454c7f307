#include "runtime/segment/namespace_path.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace rtss::test {
namespace {

using runtime::namespace_path;

std::string path_of(std::string_view name) {
  char path[runtime::kNamespacePathBytes];
  return namespace_path(name, path, sizeof path) ? path : "refused";
}

TEST(NamespacePath, HoldsTheEffectiveUserAndTheName) {
  EXPECT_EQ(path_of("default"), "/dev/shm/rtss-" + std::to_string(geteuid()) + "-default");
  EXPECT_EQ(path_of("A.b_c-9"), "/dev/shm/rtss-" + std::to_string(geteuid()) + "-A.b_c-9");
}

TEST(NamespacePath, OfAGroupNamesNoUser) { EXPECT_EQ(path_of("group:lab"), "/dev/shm/rtss-group-lab"); }

TEST(NamespacePath, TakesNamesOfOneToSixtyFourCharacters) {
  EXPECT_EQ(path_of(""), "refused");
  EXPECT_EQ(path_of("group:"), "refused");
  EXPECT_NE(path_of(std::string(64, 'n')), "refused");
  EXPECT_NE(path_of("group:" + std::string(64, 'n')), "refused");
  EXPECT_EQ(path_of(std::string(65, 'n')), "refused");
}

TEST(NamespacePath, RefusesWhatCouldLeaveTheDirectoryOrConfuseAShell) {
  for (const char* name : {"a/b", "../x", "a b", "a\nb", "user:a", "group:a:b", "\xc3\xa4", "a;b"}) {
    EXPECT_EQ(path_of(name), "refused") << name;
  }
  EXPECT_EQ(path_of(std::string_view("a\0b", 3)), "refused");
}

TEST(NamespacePath, RefusesWhatWouldBeTheFileOfASharedMemory) {
  EXPECT_EQ(path_of("a.shm-7"), "refused");
  EXPECT_EQ(path_of("group:a.shm-"), "refused");
  EXPECT_NE(path_of("a.shm"), "refused");
}

TEST(NamespacePath, RefusesABufferThatIsTooSmall) {
  const std::string whole = path_of("abc");
  char path[runtime::kNamespacePathBytes];

  EXPECT_FALSE(namespace_path("abc", path, whole.size()));
  EXPECT_TRUE(namespace_path("abc", path, whole.size() + 1));
}

TEST(SelectedNamespace, IsTheEnvironmentsOrTheDefault) {
  const char* const before = std::getenv("RTSS_NAMESPACE");
  const std::string saved = before == nullptr ? "" : before;

  unsetenv("RTSS_NAMESPACE");
  EXPECT_EQ(runtime::selected_namespace(), "default");
  setenv("RTSS_NAMESPACE", "", 1);
  EXPECT_EQ(runtime::selected_namespace(), "default");
  setenv("RTSS_NAMESPACE", "group:lab", 1);
  EXPECT_EQ(runtime::selected_namespace(), "group:lab");

  if (before == nullptr)
    unsetenv("RTSS_NAMESPACE");
  else
    setenv("RTSS_NAMESPACE", saved.c_str(), 1);
}

}  // namespace
}  // namespace rtss::test
