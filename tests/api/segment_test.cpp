// The namespace's file: one that cannot be used is refused with a code and a message on stderr, and left as it is.
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/attach_to.h"
#include "tests/support/fork_server.h"
#include "tests/support/observe.h"

namespace rtss::test {
namespace {

template <class Word>
concept Storable = requires(Word word) {
  word.store(0);
};
static_assert(!Storable<runtime::ObjectWord>, "a store would undo what the slot's next occupant was created with");

TEST(ObjectWord, IsNotChangedByALateHolderOfTheLockOfTheSlotsLastTenant) {
  runtime::ObjectWord word{};
  ASSERT_TRUE(word.change(0, runtime::make_word(1, runtime::kSlow)));
  const runtime::Word seen = word.load();
  ASSERT_TRUE(
      word.change(seen, runtime::make_word(2, runtime::kSlow | runtime::kSignaled)));  // the slot has ended and begun

  EXPECT_FALSE(word.change(seen, runtime::make_word(1, 0)));

  EXPECT_EQ(word.load(), runtime::make_word(2, runtime::kSlow | runtime::kSignaled));
}

class Segment : public testing::Test {
 protected:
  // A namespace as the library makes it, without a process in it.
  void SetUp() override {
    NEEDS_PROCESSES();
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
    const auto result = peer.call(attach_to, name_.c_str());
    EXPECT_EQ(result.handle, nullptr);
    EXPECT_EQ(result.error, error);
    EXPECT_NE(std::string(result.message).find(file_), std::string::npos) << "stderr: " << result.message;
  }

  void expect_refused_and_untouched(DWORD error) const {
    const std::string before = contents(file_);
    expect_refused(error);
    EXPECT_TRUE(contents(file_) == before) << "the file was changed";
  }

  const std::string name_ = namespace_name("segment");
  const std::string file_ = namespace_file(name_);
};

TEST_F(Segment, IsPrivateToItsUserAndUnderTwentyMebibytesByDefault) {
  unlink(file_.c_str());
  ProcessPeer peer;
  ASSERT_NE(peer.call(attach_to, name_.c_str()).handle, nullptr);
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode, static_cast<mode_t>(S_IFREG | S_IRUSR | S_IWUSR));
  EXPECT_EQ(status.st_uid, geteuid());
  EXPECT_LE(status.st_size, 20 << 20);
  EXPECT_GE(status.st_blocks * 512, status.st_size) << "memory is not reserved";
}

// As a thread of a bare clone(), which has no list of robust locks.
TEST_F(Segment, RefusesAThreadThatTheCLibraryDidNotMake) {
  ProcessPeer peer;
  const auto refused = peer.call(
      [](Name name) {
        robust_list_head* list = nullptr;
        std::size_t bytes = 0;
        syscall(SYS_get_robust_list, 0, &list, &bytes);
        syscall(SYS_set_robust_list, nullptr, bytes);
        const auto result = attach_to(name);
        syscall(SYS_set_robust_list, list, bytes);
        return result;
      },
      Name(name_.c_str()));
  EXPECT_EQ(refused.handle, nullptr);
  EXPECT_EQ(refused.error, static_cast<DWORD>(ERROR_REVISION_MISMATCH));
  EXPECT_NE(std::string(refused.message).find("pthread_create()"), std::string::npos) << refused.message;
  EXPECT_NE(peer.call(attach_to, name_.c_str()).handle, nullptr) << "the process's other threads are not concerned";
}

TEST_F(Segment, LeftByItsProcessesIsUsedAgain) {
  struct stat before {};
  ASSERT_EQ(stat(file_.c_str(), &before), 0);
  ProcessPeer peer;
  const auto result = peer.call(attach_to, name_.c_str());
  EXPECT_NE(result.handle, nullptr) << result.message;
  EXPECT_STREQ(result.message, "");
  struct stat after {};
  ASSERT_EQ(stat(file_.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(Segment, OfAnotherLayoutVersionIsRefused) {
  for (const std::uint32_t version : {0U, runtime::kLayoutVersion + 1, ~0U}) {
    patch(offsetof(runtime::Header, version), &version, sizeof version);
    expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
  }
}

TEST_F(Segment, OfAnotherBuildsSizesIsRefused) {
  const std::uint64_t hash = 42;
  patch(offsetof(runtime::Header, layout_hash), &hash, sizeof hash);
  expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
}

TEST_F(Segment, OfAnotherPidNamespaceIsRefused) {
  const std::uint64_t other = 1;
  patch(offsetof(runtime::Header, pid_namespace), &other, sizeof other);
  expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
}

TEST_F(Segment, InMemoryIsOfThisBootWhateverItSays) {
  struct stat before {};
  ASSERT_EQ(stat(file_.c_str(), &before), 0);
  const char other[] = "00000000-0000-0000-0000-000000000000";
  patch(offsetof(runtime::Header, boot_id), other, sizeof other);
  ProcessPeer peer;

  const auto result = peer.call(attach_to, name_.c_str());

  EXPECT_NE(result.handle, nullptr) << result.message;
  struct stat after {};
  ASSERT_EQ(stat(file_.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(Segment, OfAnotherFormatIsRefused) {
  const std::uint64_t magic = 0x0123'4567'89ab'cdef;
  patch(offsetof(runtime::Header, magic), &magic, sizeof magic);
  expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
}

TEST_F(Segment, OfGarbageIsRefused) {
  const std::string garbage(100'000, '\xA5');
  patch(0, garbage.data(), garbage.size());
  expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
}

TEST_F(Segment, WhoseLimitsAreAbsurdIsRefused) {
  for (const std::uint32_t limit : {0U, 1U, ~0U}) {
    SCOPED_TRACE(limit);
    const std::uint32_t limits[] = {limit, limit, limit, limit};
    patch(offsetof(runtime::Header, limits), limits, sizeof limits);
    expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
  }
}

TEST_F(Segment, TruncatedIsRefusedWhereverItWasCut) {
  struct stat whole {};
  ASSERT_EQ(stat(file_.c_str(), &whole), 0);
  for (const off_t size : {whole.st_size - 1, whole.st_size / 2, static_cast<off_t>(sizeof(runtime::Header)),
                           static_cast<off_t>(sizeof(runtime::Header)) - 1, off_t{8}, off_t{0}}) {
    SCOPED_TRACE(size);
    ASSERT_EQ(truncate(file_.c_str(), size), 0);
    expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
  }
}

TEST_F(Segment, LongerThanItsLimitsSayIsRefused) {
  struct stat whole {};
  ASSERT_EQ(stat(file_.c_str(), &whole), 0);
  ASSERT_EQ(truncate(file_.c_str(), whole.st_size + 4096), 0);
  expect_refused_and_untouched(ERROR_REVISION_MISMATCH);
}

TEST_F(Segment, ThatIsASymbolicLinkIsRefused) {
  const std::string target = file_ + "-target";
  ASSERT_EQ(rename(file_.c_str(), target.c_str()), 0);
  ASSERT_EQ(symlink(target.c_str(), file_.c_str()), 0);
  expect_refused_and_untouched(ERROR_ACCESS_DENIED);
  unlink(target.c_str());
}

TEST_F(Segment, WithASecondLinkIsRefused) {
  const std::string second = file_ + "-second";
  ASSERT_EQ(link(file_.c_str(), second.c_str()), 0);
  expect_refused_and_untouched(ERROR_ACCESS_DENIED);
  unlink(second.c_str());
}

TEST_F(Segment, ThatOthersMayOpenIsRefused) {
  for (const mode_t mode : {0666U, 0644U, 0660U, 0602U}) {
    SCOPED_TRACE(mode);
    ASSERT_EQ(chmod(file_.c_str(), mode), 0);
    expect_refused_and_untouched(ERROR_ACCESS_DENIED);
  }
}

TEST_F(Segment, OwnedByAnotherUserIsRefused) {
  const uid_t another_user = geteuid() + 1;
  if (chown(file_.c_str(), another_user, static_cast<gid_t>(-1)) != 0)
    GTEST_SKIP() << "needs the right to give files away";
  expect_refused_and_untouched(ERROR_ACCESS_DENIED);
}

TEST_F(Segment, ThatIsNoRegularFileIsRefused) {
  unlink(file_.c_str());
  ASSERT_EQ(mkdir(file_.c_str(), 0700), 0);
  expect_refused(ERROR_ACCESS_DENIED);
  rmdir(file_.c_str());
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  expect_refused(ERROR_ACCESS_DENIED);
}

TEST_F(Segment, ThatWasRefusedIsUsedOnceItIsRemoved) {
  ASSERT_EQ(truncate(file_.c_str(), 0), 0);
  expect_refused(ERROR_REVISION_MISMATCH);
  unlink(file_.c_str());
  ProcessPeer peer;
  EXPECT_NE(peer.call(attach_to, name_.c_str()).handle, nullptr);
}

TEST_F(Segment, UnlinkedUnderItsProcessesLeavesThemWorkingAndIsMadeAnewForOthers) {
  ProcessPeer old_member;
  const auto old_handle = old_member.call(attach_to, name_.c_str()).handle;
  unlink(file_.c_str());
  ProcessPeer new_member;
  const auto result = new_member.call(attach_to, name_.c_str());
  EXPECT_NE(result.handle, nullptr);
  EXPECT_EQ(result.error, ERROR_SUCCESS) << "the old namespace's event must not be seen";
  EXPECT_EQ(old_member.call(set_event, old_handle), TRUE);
  EXPECT_EQ(new_member.call(wait_one, result.handle, 0U), WAIT_TIMEOUT);
}

TEST_F(Segment, MadeByManyAtOnceIsOne) {
  constexpr int kRounds = 10;
  constexpr std::size_t kProcesses = 6;
  for (int round = 0; round < kRounds; ++round) {
    unlink(file_.c_str());
    ProcessPeer peers[kProcesses];
    std::vector<Pending<AttachResult>> results;
    for (auto& peer : peers) results.push_back(peer.start(attach_to, name_.c_str()));
    int created = 0;
    for (auto& pending : results) {
      const auto result = pending.get();
      EXPECT_NE(result.handle, nullptr) << result.message;
      created += result.error == ERROR_SUCCESS ? 1 : 0;
    }
    EXPECT_EQ(created, 1);
  }
}

TEST_F(Segment, OfAnotherNameKnowsNothingOfThisOne) {
  const std::string other_name = namespace_name("other");
  ProcessPeer here;
  ProcessPeer there;
  const auto ours = here.call(attach_to, name_.c_str());
  const auto theirs = there.call(attach_to, other_name.c_str());
  EXPECT_EQ(ours.error, ERROR_SUCCESS);
  EXPECT_EQ(theirs.error, ERROR_SUCCESS) << "each namespace has a probe of its own";
  here.call(set_event, ours.handle);
  EXPECT_EQ(there.call(wait_one, theirs.handle, 0U), WAIT_TIMEOUT);
  unlink(namespace_file(other_name).c_str());
}

TEST_F(Segment, NameThatIsNoneIsRefusedWithAMessage) {
  const std::string too_long(300, 'n');
  for (const char* name : {"a/b", "../x", "with space", "back\\slash", "a.shm-1", "\033[31m", too_long.c_str()}) {
    SCOPED_TRACE(name);
    ProcessPeer peer;
    const auto result = peer.call(attach_to, name);
    EXPECT_EQ(result.handle, nullptr);
    EXPECT_EQ(result.error, ERROR_ACCESS_DENIED) << "the object's name is not to blame";
    EXPECT_NE(std::string(result.message).find("RTSS_NAMESPACE"), std::string::npos) << result.message;
    EXPECT_EQ(std::string(result.message).find('\033'), std::string::npos) << "it commands the terminal";
  }
}

TEST_F(Segment, OptionsThatCannotBeUnderstoodAreRefusedWithAMessage) {
  unlink(file_.c_str());
  for (const char* limits :
       {"frogs=3", "objects=0", "objects=-1", "objects=x", "objects", "objects=9999999", "objects=4;"}) {
    SCOPED_TRACE(limits);
    ProcessPeer peer;
    peer.call([](Name text) { setenv("RTSS_LIMITS", text.c_str(), 1); }, limits);
    const auto result = peer.call(attach_to, name_.c_str());
    EXPECT_EQ(result.handle, nullptr);
    EXPECT_EQ(result.error, ERROR_INVALID_PARAMETER);
    EXPECT_NE(std::string(result.message).find("RTSS_LIMITS"), std::string::npos) << result.message;
    EXPECT_NE(access(file_.c_str(), F_OK), 0) << "a file was made";
  }
}

// A mount namespace of the peer's own, in which /dev/shm is a file system with these options.
bool mount_shared_memory(Name options, std::uint32_t flags) {
  return unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("tmpfs", "/dev/shm", "tmpfs", flags, options.c_str()) == 0;
}

TEST_F(Segment, ThatDoesNotFitIntoSharedMemoryIsRefusedAtOnce) {
  ProcessPeer peer;
  if (!peer.call(mount_shared_memory, "size=64k", 0U)) GTEST_SKIP() << "needs the right to mount";
  const auto result = peer.call(attach_to, name_.c_str());
  EXPECT_EQ(result.handle, nullptr);
  EXPECT_EQ(result.error, ERROR_NOT_ENOUGH_MEMORY);
  EXPECT_NE(std::string(result.message).find(file_), std::string::npos) << result.message;
}

TEST_F(Segment, ThatCannotBeMadeInReadOnlySharedMemoryIsRefused) {
  ProcessPeer peer;
  if (!peer.call(mount_shared_memory, "size=64k", static_cast<std::uint32_t>(MS_RDONLY))) {
    GTEST_SKIP() << "needs the right to mount";
  }
  const auto result = peer.call(attach_to, name_.c_str());
  EXPECT_EQ(result.handle, nullptr);
  EXPECT_EQ(result.error, ERROR_ACCESS_DENIED);
  EXPECT_NE(std::string(result.message).find(file_), std::string::npos) << result.message;
}

}  // namespace
}  // namespace rtss::test
