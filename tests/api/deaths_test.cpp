// Deaths in numbers, and the rarer ways to die: exec from a thread that is not the leader, the raw end of a thread,
// children that share nothing, cancellation at any instant, a namespace whose members are all dead.
#include <dirent.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/attach_to.h"
#include "tests/support/damage.h"
#include "tests/support/fork_server.h"

namespace rtss::test {
namespace {

class Deaths : public ApiTest {
 protected:
  void SetUp() override {
    NEEDS_PROCESSES();
    ApiTest::SetUp();
  }
};

std::string numbered(const char* prefix, std::uint32_t number) { return prefix + std::to_string(number); }

// ---- in numbers ---------------------------------------------------------------------------------------------------

constexpr std::uint32_t kManyMutexes = 2500;  // more than the kernel follows in one thread's robust list

std::uint32_t own_many(std::uint32_t count) {
  std::uint32_t owned = 0;
  for (std::uint32_t i = 0; i < count; ++i)
    owned += RtCreateMutexA(nullptr, TRUE, numbered("many", i).c_str()) != nullptr ? 1U : 0U;
  return owned;
}

TEST_F(Deaths, OfAThreadThatOwnsThousandsOfMutexesAbandonsEachOfThem) {
  ProcessPeer owner;
  ASSERT_EQ(owner.call(own_many, kManyMutexes), kManyMutexes);
  std::vector<HANDLE> mutexes;
  for (std::uint32_t i = 0; i < kManyMutexes; ++i) mutexes.push_back(open_mutex(numbered("many", i).c_str()));
  EXPECT_EQ(wait_one(mutexes.back(), 0), WAIT_TIMEOUT);

  owner.end();

  std::uint32_t abandoned = 0;
  for (const HANDLE mutex : mutexes) {
    abandoned += wait_one(mutex, INFINITE) == WAIT_ABANDONED ? 1U : 0U;
    EXPECT_EQ(release_mutex(mutex), TRUE);
  }
  EXPECT_EQ(abandoned, kManyMutexes);
}

constexpr std::uint32_t kCrowd = kSanitized ? 60 : 500;
constexpr std::uint32_t kKilled = kSanitized ? 45 : 400;
constexpr std::size_t kPids = 0;        // words of the arena: one for each member of the crowd
constexpr std::size_t kReady = kCrowd;  // how many have attached

// Owns a mutex of its own, waits for all time.
[[noreturn]] void be_in_the_crowd(std::uint32_t number, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const HANDLE mutex = RtCreateMutexA(nullptr, TRUE, numbered("crowd", number).c_str());
  const HANDLE event = RtCreateEventA(nullptr, TRUE, FALSE, "never");
  if (mutex == nullptr || event == nullptr) _exit(1);
  arena().words[kPids + number].store(static_cast<std::uint32_t>(getpid()));
  arena().words[kReady].fetch_add(1);
  RtWaitForSingleObject(event, INFINITE);
  _exit(0);
}

// Forked from a process that has never been attached.
void gather_crowd() {
  signal(SIGCHLD, SIG_IGN);
  const pid_t parent = getpid();
  for (std::uint32_t i = 0; i < kCrowd; ++i) {
    if (fork() == 0) be_in_the_crowd(i, parent);
  }
}

long resident_pages(pid_t pid) {
  long size = 0;
  long resident = 0;
  std::ifstream("/proc/" + std::to_string(pid) + "/statm") >> size >> resident;
  return resident;
}

TEST_F(Deaths, OfMostProcessesAtOnceLeaveTheOthersWorking) {
  static_assert(kCrowd + 1 < 1000);
  ProcessPeer parent;
  parent.call(gather_crowd);
  await("the whole crowd is attached", [] { return arena().words[kReady].load() == kCrowd; });
  const auto crowd_is_blocked = [] { return blocked_threads() == kCrowd; };
  await("all of them are blocked", crowd_is_blocked);
  std::vector<HANDLE> mutexes;
  for (std::uint32_t i = 0; i < kCrowd; ++i) mutexes.push_back(open_mutex(numbered("crowd", i).c_str()));
  const auto survivor = static_cast<pid_t>(arena().words[kPids + kCrowd - 1].load());
  const long pages_before = resident_pages(survivor);

  for (std::uint32_t i = 0; i < kKilled; ++i) kill(static_cast<pid_t>(arena().words[kPids + i].load()), SIGKILL);

  for (std::uint32_t i = 0; i < kKilled; ++i) {
    EXPECT_EQ(wait_one(mutexes[i], INFINITE), WAIT_ABANDONED) << i;
    EXPECT_EQ(release_mutex(mutexes[i]), TRUE);
  }
  await("the dead are swept", [] {
    const auto info = view().info();
    return info.unswept == 0 && info.processes.in_use == kCrowd - kKilled + 1;
  });
  EXPECT_EQ(blocked_threads(), kCrowd - kKilled);
  for (std::uint32_t i = kKilled; i < kCrowd; ++i) EXPECT_EQ(wait_one(mutexes[i], 0), WAIT_TIMEOUT) << i;
  constexpr long kPagesOfFourMebibytes = 1024;
  EXPECT_LT(resident_pages(survivor) - pages_before, kPagesOfFourMebibytes) << "the sweep took memory";
  parent.end();
}

// ---- all of them --------------------------------------------------------------------------------------------------

std::string shared_memory_of(const std::string& name) {
  const std::string prefix = namespace_file(name) + ".shm-";
  const std::string start = prefix.substr(prefix.rfind('/') + 1);
  std::string found;
  DIR* const directory = opendir("/dev/shm");
  while (const dirent* const entry = readdir(directory)) {
    if (std::string_view(entry->d_name).starts_with(start)) found += std::string(entry->d_name) + ' ';
  }
  closedir(directory);
  return found;
}

void leave_things_behind(Name name) {
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  void* address = nullptr;
  RtCreateMutexA(nullptr, TRUE, "M");
  RtCreateSemaphoreA(nullptr, 3, 9, "S");
  RtCreateEventA(nullptr, TRUE, TRUE, "E");
  RtCreateSharedMemoryA(PAGE_READWRITE, 0, 4096, "memory", &address);
  RtCloseHandle(RtCreateMutexA(nullptr, TRUE, "orphan"));
}

DWORD wait_for_the_left(Name name) {
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  return RtWaitForSingleObject(RtOpenMutexA(SYNCHRONIZE, FALSE, "M"), INFINITE);
}

TEST_F(Deaths, OfAllMembersLeaveANamespaceThatIsCleanForTheNext) {
  const std::string name = namespace_name("deserted");
  std::string error;
  {
    ProcessPeer owner;
    ProcessPeer waiter;
    owner.call(leave_things_behind, name.c_str());
    waiter.start(wait_for_the_left, name.c_str());
    const auto view = inspect::View::open(name, &error);
    ASSERT_TRUE(view) << error;
    await("a waiter is queued", [&] {
      const auto mutex = view->object("M");
      return mutex && mutex->waiters.size() == 1;
    });
    EXPECT_NE(shared_memory_of(name), "");
    owner.signal(SIGSTOP);  // so that neither sweeps the other
    waiter.signal(SIGSTOP);
    owner.signal(SIGKILL);
    waiter.signal(SIGKILL);
  }
  ProcessPeer next;

  const auto result = next.call(attach_to, name.c_str());

  EXPECT_NE(result.handle, nullptr) << result.message;
  const auto view = inspect::View::open(name, &error);
  ASSERT_TRUE(view) << error;
  EXPECT_EQ(view->objects().size(), 1U) << "only what the newcomer made";
  EXPECT_EQ(view->info().processes.in_use, 1U);
  EXPECT_EQ(view->info().threads.in_use, 1U);
  EXPECT_EQ(settled_inconsistencies(*view), "");
  EXPECT_EQ(shared_memory_of(name), "");
  EXPECT_EQ(next.call([] { return RtOpenMutexA(SYNCHRONIZE, FALSE, "M"); }), nullptr);
}

// ---- the rarer ways ------------------------------------------------------------------------------------------------

// Three threads own a mutex each; then one that is not the leader makes the process another program, which lives on.
void exec_from_another_thread() {
  RtWaitForSingleObject(RtOpenMutexA(SYNCHRONIZE, FALSE, "leader's"), INFINITE);
  std::thread([] {
    RtWaitForSingleObject(RtOpenMutexA(SYNCHRONIZE, FALSE, "bystander's"), INFINITE);
    arena().words[0].store(1);
    for (;;) pause();
  }).detach();
  std::thread([] {
    RtWaitForSingleObject(RtOpenMutexA(SYNCHRONIZE, FALSE, "caller's"), INFINITE);
    while (arena().words[0].load() == 0) usleep(100);
    arena().words[1].store(1);
    execl("/bin/sleep", "sleep", "1000", nullptr);
    _exit(1);
  }).join();
}

TEST_F(Deaths, ByExecFromAThreadThatIsNotTheLeaderAbandonsWhatEachThreadOwned) {
  std::vector<HANDLE> mutexes;
  for (const char* name : {"leader's", "bystander's", "caller's"}) mutexes.push_back(create_mutex(name, FALSE));
  ProcessPeer process;
  process.start(exec_from_another_thread);
  await("all three are owned", [] { return arena().words[1].load() == 1; });

  for (const HANDLE mutex : mutexes) {
    EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
    EXPECT_EQ(release_mutex(mutex), TRUE);
  }
  EXPECT_EQ(kill(process.pid(), 0), 0) << "the new program was to be alive";
}

TEST_F(Deaths, ByARawExitOfOneThreadAbandonWhatItOwned) {
  const HANDLE mutex = create_mutex("M", FALSE);
  ProcessPeer process;
  process.call([] {
    std::thread([] {
      RtWaitForSingleObject(RtOpenMutexA(SYNCHRONIZE, FALSE, "M"), INFINITE);
      syscall(SYS_exit, 0);
    }).join();
  });

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_EQ(process.call(wait_one, process.call(open_mutex, "M"), INFINITE), WAIT_OBJECT_0) << "its process works on";
}

// The kernel looks for sleepers on a dead thread's life word only where the word says that there are some.
bool is_watched(pid_t tid) {
  const runtime::SegmentView& segment = view().segment();
  for (std::uint32_t slot = 0; slot < segment.limits.threads; ++slot) {
    const runtime::ThreadRecord& thread = segment.threads[slot];
    if (thread.tid.load() == tid) return (thread.life.observe() & platform::RobustLock::kWaitersBit) != 0;
  }
  return false;
}

TEST_F(Deaths, OfAnOwnerAreWatchedForAsSoonAsAThreadWaits) {
  create_mutex("M", FALSE);
  ProcessPeer owner;
  ProcessPeer waiter;
  ASSERT_EQ(owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE), WAIT_OBJECT_0);
  EXPECT_FALSE(is_watched(owner.tid()));

  auto waiting = waiter.start(wait_one, waiter.call(open_mutex, "M"), INFINITE);

  await("the waiter's reaper watches the owner", [&] { return is_watched(owner.tid()); });
  owner.end();
  EXPECT_EQ(waiting.get(), WAIT_ABANDONED);
}

// A thread id that no thread has any more.
std::uint32_t id_of_the_dead() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return static_cast<std::uint32_t>(child);
}

// What a program leaves that damages its own robust list, and is killed in a lock of the library's.
TEST_F(Deaths, ThatTheKernelDidNotMarkLeaveEveryLockUsable) {
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE event = create_event("E", FALSE, FALSE);
  ProcessPeer peer;
  const HANDLE theirs = peer.call(open_mutex, "M");
  const std::uint32_t dead = id_of_the_dead();
  change_segment([=](const runtime::SegmentView& segment) {
    segment.header->namespace_lock.word().store(dead);
    segment.header->all_lock.word().store(dead | platform::RobustLock::kWaitersBit);
    for (const char* name : {"M", "E"}) segment.objects[view().object(name)->slot].lock.word().store(dead);
    for (std::uint32_t slot = 0; slot < runtime::threads_used(segment); ++slot) {
      if (segment.threads[slot].tid.load() == gettid()) segment.threads[slot].pi_lock.word().store(dead);
    }
  });

  EXPECT_EQ(wait_all({mutex, event}, 1), WAIT_TIMEOUT);
  EXPECT_EQ(wait_one(event, 1), WAIT_TIMEOUT);
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(wait_one, theirs, 1U), WAIT_TIMEOUT);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_NE(create_event("F", FALSE, FALSE), nullptr);
  const HANDLE self = RtGetCurrentThread();
  EXPECT_EQ(RtSetThreadPriority(self, RtGetThreadPriority(self)), TRUE);
}

// Each way to make a child that has a copy of everything. What the child tells through the arena: 1 + whether an
// inherited handle worked, whether it could take its parent's mutex, whether it could release it.
struct ForkedBy {
  const char* name;
  pid_t (*make)();
};
const ForkedBy kForks[] = {
    {"fork", [] { return fork(); }},
    {"_Fork", [] { return _Fork(); }},
    {"clone", [] { return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr)); }},
};

std::uint32_t try_in_child(std::uint32_t way, HANDLE event) {
  const pid_t child = kForks[way].make();
  if (child == 0) {
    // After _Fork and clone only calls that are safe in a signal handler may be made.
    arena().words[0].store(1 + (RtSetEvent(event) != FALSE ? 1 : 0));
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status == 0 ? arena().words[0].load() : 0;
}

TEST_F(Deaths, OfChildrenThatShareNothingMeanNothing) {
  for (std::uint32_t way = 0; way < std::size(kForks); ++way) {
    SCOPED_TRACE(kForks[way].name);
    ProcessPeer parent;
    const HANDLE mutex = parent.call(create_mutex, "M", TRUE);
    const HANDLE event = parent.call(create_event, "E", TRUE, FALSE);

    EXPECT_EQ(parent.call(try_in_child, way, event), 1U) << "0: it crashed; 2: its parent's handle worked";

    const HANDLE ours = open_mutex("M");
    EXPECT_EQ(wait_one(ours, 0), WAIT_TIMEOUT) << "the child's end was taken for the parent's";
    EXPECT_EQ(parent.call(release_mutex, mutex), TRUE);
    EXPECT_EQ(wait_one(ours, 0), WAIT_OBJECT_0);
    EXPECT_EQ(release_mutex(ours), TRUE);
    close_handle(ours);
  }
}

// ---- another PID namespace ----------------------------------------------------------------------------------------

// In a process that is the first of its own PID namespace.
AttachResult attach_from_elsewhere(Name name) {
  if (unshare(CLONE_NEWPID) != 0) return {.handle = nullptr, .error = ERROR_NOT_SUPPORTED, .message = "unshare"};
  AttachResult* const shared = reinterpret_cast<AttachResult*>(arena().plain.data());
  const pid_t child = fork();
  if (child == 0) {
    *shared = attach_to(name);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  return *shared;
}

TEST_F(Deaths, CannotBeSeenFromAnotherPidNamespaceWhichIsRefused) {
  ProcessPeer stranger;
  const auto result = stranger.call(attach_from_elsewhere, namespace_name().c_str());
  if (std::string(result.message) == "unshare") GTEST_SKIP() << "needs the right to make a PID namespace";
  EXPECT_EQ(result.handle, nullptr);
  EXPECT_EQ(result.error, ERROR_REVISION_MISMATCH);
  EXPECT_NE(std::string(result.message).find("PID namespace"), std::string::npos) << result.message;
}

// ---- cancelled anywhere -------------------------------------------------------------------------------------------

struct Objects {
  HANDLE mutex;
  HANDLE event;
  HANDLE semaphore;
};

void use_until_cancelled(const Objects& objects, unsigned seed) {
  std::minstd_rand random(seed);
  for (;;) {
    switch (random() % 5) {
      case 0:
        if (wait_one(objects.mutex, 1) != WAIT_TIMEOUT) release_mutex(objects.mutex);
        break;
      case 1:
        wait_all({objects.mutex, objects.event, objects.semaphore}, 1);
        release_mutex(objects.mutex);
        break;
      case 2:
        wait_any({objects.event, objects.semaphore}, 1);
        break;
      case 3:
        set_event(objects.event);
        break;
      default:
        release_semaphore(objects.semaphore, 1);
        break;
    }
    pthread_testcancel();
  }
}

TEST_F(Deaths, ByCancellationAtAnyInstantLeaveTheObjectsSound) {
  constexpr int kRounds = 150;
  constexpr std::size_t kThreads = 4;
  const Objects objects{.mutex = create_mutex("M", FALSE),
                        .event = create_event("E", FALSE, FALSE),
                        .semaphore = create_semaphore("S", 0, 1'000'000)};
  std::minstd_rand random(1);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&objects, seed = static_cast<unsigned>(random())] { use_until_cancelled(objects, seed); });
    }
    for (auto& thread : threads) {
      usleep(static_cast<useconds_t>(random() % 1000));
      pthread_cancel(thread.native_handle());
    }
    for (auto& thread : threads) thread.join();
    const DWORD result = wait_one(objects.mutex, INFINITE);
    ASSERT_TRUE(result == WAIT_OBJECT_0 || result == WAIT_ABANDONED) << "round " << round;
    ASSERT_EQ(release_mutex(objects.mutex), TRUE);
    ASSERT_EQ(blocked_threads(), 0U) << "round " << round;
  }
  EXPECT_EQ(settled_inconsistencies(view()), "");
}

}  // namespace
}  // namespace rtss::test
