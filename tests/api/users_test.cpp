// Several users and one /dev/shm: private namespaces are apart, a group's is shared by its members, and nothing that
// another user planted is used. All of it with fs.protected_regular as it is, 1 and 2: in a sticky directory that
// setting refuses O_CREAT on another user's file even to root.
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "runtime/segment/create_segment.h"
#include "runtime/segment/layout.h"
#include "tests/support/api_test.h"
#include "tests/support/attach_to.h"
#include "tests/support/fork_server.h"
#include "tests/support/observe.h"

namespace rtss::test {
namespace {

constexpr uid_t kRoot = 0;
constexpr uid_t kAnn = 65'501;
constexpr uid_t kBob = 65'502;
constexpr gid_t kTeam = 65'510;
constexpr gid_t kOtherTeam = 65'511;
constexpr const char* kSetting = "/proc/sys/fs/protected_regular";

bool become(uid_t user, gid_t supplementary) {
  return setgroups(1, &supplementary) == 0 && setgid(user) == 0 && setuid(user) == 0;
}

// A process of that user, attached to nothing.
class User : public ProcessPeer {
 public:
  explicit User(uid_t user, gid_t group = kTeam) { EXPECT_TRUE(user == kRoot || call(become, user, group)); }
};

std::string read_setting() {
  std::string value;
  std::getline(std::ifstream(kSetting), value);
  return value;
}
bool write_setting(const std::string& value) {
  std::ofstream(kSetting) << value;
  return read_setting() == value;
}

runtime::Status make_namespace(Name name, gid_t group) {
  runtime::NamespaceOptions options;
  options.limits = {.processes = 16, .threads = 32, .objects = 64, .handles = 128};
  options.group = group;
  return runtime::create_namespace(name.c_str(), options).status;
}

struct Memory {
  HANDLE handle;
  char first;  // byte of it
};
Memory share_memory(char write) {
  void* address = nullptr;
  const HANDLE handle = RtCreateSharedMemoryA(PAGE_READWRITE, 0, 4096, "memory", &address);
  if (handle == nullptr) return {nullptr, 0};
  char* const byte = static_cast<char*>(address);
  if (write != 0) *byte = write;
  return {handle, *byte};
}

// Writes the setting back when the test program has ended, in whatever way.
class Guardian {
 public:
  Guardian() : before_(read_setting()) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    pid_ = fork();
    if (pid_ != 0) {
      close(ends[0]);
      line_ = ends[1];
      return;
    }
    close(ends[1]);
    setpgid(0, 0);
    char end = 0;
    if (read(ends[0], &end, 1) == 0) write_setting(before_);
    _exit(0);
  }
  ~Guardian() {
    close(line_);
    waitpid(pid_, nullptr, 0);
  }
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

 private:
  std::string before_;
  pid_t pid_ = -1;
  int line_ = -1;
};

class Users : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    NEEDS_PROCESSES();
    if (geteuid() != kRoot) GTEST_SKIP() << "needs root, to become other users";
    guardian_.emplace();
    const bool as_it_is = *GetParam() == '\0';
    if (!as_it_is && !write_setting(GetParam())) GTEST_SKIP() << "needs the right to set fs.protected_regular";
    for (const uid_t user : {kRoot, kAnn, kBob}) unlink(path_of(user).c_str());
    unlink(group_path_.c_str());
  }
  void TearDown() override {
    for (const uid_t user : {kRoot, kAnn, kBob}) remove(path_of(user).c_str());
    remove(group_path_.c_str());
  }

  [[nodiscard]] std::string path_of(uid_t user) const { return "/dev/shm/rtss-" + std::to_string(user) + '-' + name_; }

  // Of the file at `path`, which must stay as it is.
  static void expect_refused(ProcessPeer& peer, const std::string& name, const std::string& path) {
    struct stat before {};
    ASSERT_EQ(lstat(path.c_str(), &before), 0);
    const std::string bytes = S_ISREG(before.st_mode) ? contents(path) : std::string();
    const auto result = peer.call(attach_to, name.c_str());
    EXPECT_EQ(result.handle, nullptr);
    EXPECT_EQ(result.error, ERROR_ACCESS_DENIED);
    EXPECT_NE(std::string(result.message).find(path), std::string::npos) << "stderr: " << result.message;
    struct stat after {};
    ASSERT_EQ(lstat(path.c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_EQ(before.st_mode, after.st_mode);
    EXPECT_EQ(before.st_nlink, after.st_nlink);
    EXPECT_TRUE(!S_ISREG(before.st_mode) || contents(path) == bytes) << "the file was changed";
  }
  void expect_group_refused(uid_t user, gid_t group = kTeam) const {
    SCOPED_TRACE(user);
    User peer(user, group);
    expect_refused(peer, group_, group_path_);
  }

  // The shared memory of the group's namespace.
  [[nodiscard]] std::string memory_file() const {
    glob_t found{};
    std::string path;
    if (glob((group_path_ + ".shm-*").c_str(), GLOB_NOSORT, nullptr, &found) == 0) path = found.gl_pathv[0];
    globfree(&found);
    return path;
  }

  const std::string name_ = namespace_name("users");
  const std::string group_ = "group:" + name_;
  const std::string group_path_ = "/dev/shm/rtss-group-" + name_;

 private:
  std::optional<Guardian> guardian_;
};

INSTANTIATE_TEST_SUITE_P(ProtectedRegular, Users, testing::Values("", "1", "2"), [](const auto& of) {
  return *of.param == '\0' ? std::string("AsItIs") : std::string("Is") + of.param;
});

// ---- private ------------------------------------------------------------------------------------------------------

TEST_P(Users, WithTheSameNameHaveANamespaceEach) {
  for (const uid_t user : {kRoot, kAnn, kBob}) {
    User first(user);
    User second(user);
    const auto made = first.call(attach_to, name_.c_str());
    EXPECT_NE(made.handle, nullptr) << made.message;
    EXPECT_EQ(made.error, ERROR_SUCCESS) << "another user's event was seen";
    const auto opened = second.call(attach_to, name_.c_str());
    EXPECT_NE(opened.handle, nullptr) << opened.message;
    EXPECT_EQ(opened.error, ERROR_ALREADY_EXISTS);
    struct stat status {};
    ASSERT_EQ(stat(path_of(user).c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, user);
    EXPECT_EQ(status.st_mode, static_cast<mode_t>(S_IFREG | S_IRUSR | S_IWUSR));
  }
}

TEST_P(Users, RefuseAForeignNamespaceInThePlaceOfTheirOwn) {
  struct {
    uid_t planter;
    uid_t victim;
  } const cases[] = {{kAnn, kBob}, {kAnn, kRoot}, {kRoot, kAnn}};
  for (const auto& [planter, victim] : cases) {
    SCOPED_TRACE(victim);
    {
      User foreign(planter);
      ASSERT_NE(foreign.call(attach_to, name_.c_str()).handle, nullptr);
    }
    ASSERT_EQ(rename(path_of(planter).c_str(), path_of(victim).c_str()), 0);
    User peer(victim);
    expect_refused(peer, name_, path_of(victim));
    unlink(path_of(victim).c_str());
  }
}

bool plant_link(Name to, Name at) { return symlink(to.c_str(), at.c_str()) == 0; }
bool plant_hard_link(Name to, Name at) { return link(to.c_str(), at.c_str()) == 0; }
bool plant_fifo(Name at) { return mkfifo(at.c_str(), 0666) == 0 && chmod(at.c_str(), 0666) == 0; }
bool plant_directory(Name at) { return mkdir(at.c_str(), 0777) == 0; }
bool plant_file(Name at) {
  const int file = open(at.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool planted = file >= 0 && fchmod(file, 0666) == 0 && write(file, "bait", 4) == 4;
  close(file);
  return planted;
}

TEST_P(Users, RefuseWhatAnotherPlantedForThem) {
  User owner(kAnn);
  ASSERT_NE(owner.call(attach_to, name_.c_str()).handle, nullptr);
  for (const uid_t victim : {kBob, kRoot}) {
    SCOPED_TRACE(victim);
    const std::string at = path_of(victim);
    const auto expect_refused_by_victim = [&](const char* what) {
      SCOPED_TRACE(what);
      User peer(victim);
      expect_refused(peer, name_, at);
      remove(at.c_str());
    };
    User planter(kAnn);
    EXPECT_TRUE(planter.call(plant_file, at.c_str()));
    expect_refused_by_victim("a file that every user may write");
    EXPECT_TRUE(planter.call(plant_link, path_of(kAnn).c_str(), at.c_str()));
    expect_refused_by_victim("a symbolic link to a namespace");
    EXPECT_TRUE(planter.call(plant_link, "/dev/shm/nowhere", at.c_str()));
    expect_refused_by_victim("a symbolic link to nothing");
    EXPECT_TRUE(planter.call(plant_hard_link, path_of(kAnn).c_str(), at.c_str()));
    expect_refused_by_victim("a second name of a namespace");
    EXPECT_TRUE(planter.call(plant_fifo, at.c_str()));
    expect_refused_by_victim("a FIFO");
    EXPECT_TRUE(planter.call(plant_directory, at.c_str()));
    expect_refused_by_victim("a directory");
  }
}

TEST_P(Users, ShareMemoryWithinTheirOwnNamespace) {
  for (const uid_t user : {kRoot, kAnn}) {
    User first(user);
    User second(user);
    ASSERT_NE(first.call(attach_to, name_.c_str()).handle, nullptr);
    ASSERT_NE(second.call(attach_to, name_.c_str()).handle, nullptr);
    ASSERT_NE(first.call(share_memory, 'x').handle, nullptr);
    EXPECT_EQ(second.call(share_memory, '\0').first, 'x');
  }
}

// ---- of a group ---------------------------------------------------------------------------------------------------

TEST_P(Users, OfAGroupShareItsNamespace) {
  ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
  User ann(kAnn);
  User bob(kBob);
  User root(kRoot);
  EXPECT_EQ(ann.call(attach_to, group_.c_str()).error, ERROR_SUCCESS);
  EXPECT_EQ(bob.call(attach_to, group_.c_str()).error, ERROR_ALREADY_EXISTS);
  EXPECT_EQ(root.call(attach_to, group_.c_str()).error, ERROR_ALREADY_EXISTS);
  const HANDLE hers = ann.call(create_mutex, "M", TRUE);
  const HANDLE his = bob.call(open_mutex, "M");
  ASSERT_NE(hers, nullptr);
  ASSERT_NE(his, nullptr);
  EXPECT_EQ(bob.call(wait_one, his, 0U), WAIT_TIMEOUT);
  EXPECT_EQ(ann.call(release_mutex, hers), TRUE);
  EXPECT_EQ(bob.call(wait_one, his, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(bob.call(release_mutex, his), TRUE);
}

TEST_P(Users, OfAGroupNoticeEachOthersDeath) {
  ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
  User ann(kAnn);
  User bob(kBob);
  ann.call(attach_to, group_.c_str());
  bob.call(attach_to, group_.c_str());
  ann.call(create_mutex, "M", TRUE);
  auto waiting = bob.start(wait_one, bob.call(open_mutex, "M"), INFINITE);

  ann.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED);
}

TEST_P(Users, OfAGroupShareMemoryOfEitherUser) {
  ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
  User ann(kAnn);
  User bob(kBob);
  User root(kRoot);
  for (User* const user : {&ann, &bob, &root}) user->call(attach_to, group_.c_str());
  ASSERT_NE(ann.call(share_memory, 'a').handle, nullptr);
  EXPECT_EQ(bob.call(share_memory, '\0').first, 'a');
  ann.end();
  EXPECT_EQ(root.call(share_memory, '\0').first, 'a');
}

// Only its maker or root may unlink a file in a sticky directory.
TEST_P(Users, OfAGroupGiveBackTheMemoryThatADeadMemberMade) {
  for (const uid_t survivor : {kBob, kRoot}) {
    SCOPED_TRACE(survivor);
    ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
    User ann(kAnn);
    User other(survivor);
    ann.call(attach_to, group_.c_str());
    other.call(attach_to, group_.c_str());
    ASSERT_NE(ann.call(share_memory, 'a').handle, nullptr);
    const std::string file = memory_file();
    ASSERT_FALSE(file.empty());

    ann.end();

    await("the dead user's memory is given back", [&file] {
      struct stat status {};
      return stat(file.c_str(), &status) != 0 || status.st_size == 0;
    });
    EXPECT_EQ(access(file.c_str(), F_OK) == 0, survivor != kRoot);
    remove(file.c_str());
    remove(group_path_.c_str());
  }
}

TEST_P(Users, WhoAreNoMembersAreRefused) {
  ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
  expect_group_refused(kAnn, kOtherTeam);
  User member(kBob);
  EXPECT_NE(member.call(attach_to, group_.c_str()).handle, nullptr);
}

TEST_P(Users, RefuseAGroupsNamespaceThatAnOrdinaryMemberMade) {
  User ann(kAnn);
  ASSERT_EQ(ann.call(make_namespace, group_.c_str(), kTeam), runtime::Status::kOk);
  EXPECT_NE(ann.call(attach_to, group_.c_str()).handle, nullptr) << "it is her own";
  expect_group_refused(kBob);
  expect_group_refused(kRoot);
}

TEST_P(Users, CannotMakeANamespaceForAGroupThatTheyAreNotIn) {
  User ann(kAnn, kOtherTeam);
  EXPECT_EQ(ann.call(make_namespace, group_.c_str(), kTeam), runtime::Status::kAccessDenied);
  EXPECT_NE(access(group_path_.c_str(), F_OK), 0);
}

TEST_P(Users, RefuseAGroupsNamespaceThatOthersMayOpen) {
  ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
  for (const mode_t mode : {0666U, 0664U, 0661U}) {
    SCOPED_TRACE(mode);
    ASSERT_EQ(chmod(group_path_.c_str(), mode), 0);
    expect_group_refused(kAnn);
    expect_group_refused(kRoot);
  }
}

TEST_P(Users, RefuseAGroupsNamespaceTheyMayNotWrite) {
  ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
  ASSERT_EQ(chmod(group_path_.c_str(), 0640), 0);
  expect_group_refused(kAnn);
}

TEST_P(Users, RefuseANamespaceThatWasMadeForAnother) {
  ASSERT_EQ(make_namespace(group_.c_str(), kTeam), runtime::Status::kOk);
  ASSERT_EQ(chown(group_path_.c_str(), kRoot, kOtherTeam), 0);
  User ann(kAnn, kOtherTeam);
  const auto result = ann.call(attach_to, group_.c_str());
  EXPECT_EQ(result.handle, nullptr);
  EXPECT_EQ(result.error, ERROR_REVISION_MISMATCH);
  EXPECT_NE(std::string(result.message).find("another group"), std::string::npos) << result.message;

  ASSERT_EQ(rename(group_path_.c_str(), path_of(kRoot).c_str()), 0);
  ASSERT_EQ(chmod(path_of(kRoot).c_str(), 0600), 0);
  User root(kRoot);
  EXPECT_EQ(root.call(attach_to, name_.c_str()).handle, nullptr) << "a group's in the place of a private one";
}

TEST_P(Users, AreToldThatAGroupsNamespaceIsMissing) {
  User ann(kAnn);
  const auto result = ann.call(attach_to, group_.c_str());
  EXPECT_EQ(result.handle, nullptr);
  EXPECT_EQ(result.error, ERROR_ACCESS_DENIED);
  EXPECT_NE(std::string(result.message).find("no such group namespace"), std::string::npos) << result.message;
  EXPECT_NE(access(group_path_.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace rtss::test
