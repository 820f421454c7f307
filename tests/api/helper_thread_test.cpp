// The thread that the library runs beside a program's own: it does nothing while nothing happens, and each thing that
// it does not look for by itself has a reason that brings it to look.
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "rtapi/thread.h"
#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

class HelperThread : public ApiTest {
 protected:
  void SetUp() override {
    NEEDS_PROCESSES();
    ApiTest::SetUp();
  }
};

std::string read_line(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return {};
}

std::string task_folder(pid_t pid, pid_t tid) {
  return "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/";
}

// The helper is the process's life lock's holder.
pid_t helper_of(pid_t pid) {
  const runtime::SegmentView& segment = view().segment();
  for (std::uint32_t slot = 0; slot < segment.limits.processes; ++slot) {
    if (segment.processes[slot].pid.load() == pid)
      return static_cast<pid_t>(segment.processes[slot].life.observe() & platform::RobustLock::kTidMask);
  }
  return 0;
}

// How often a helper was woken or pre-empted since it began.
std::uint64_t runs_of(pid_t pid) {
  const std::string status = task_folder(pid, helper_of(pid)) + "status";
  return std::stoull(read_line(status, "voluntary_ctxt_switches:"));
}

using Processes = std::list<ProcessPeer>;

Processes processes_of(std::size_t size) {
  Processes processes(size);
  for (ProcessPeer& member : processes) member.call(create_mutex, "M", FALSE);
  return processes;
}

std::vector<std::uint64_t> runs_of(const Processes& processes) {
  std::vector<std::uint64_t> runs;
  for (const ProcessPeer& member : processes) runs.push_back(runs_of(member.pid()));
  return runs;
}

void rest(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

// Looks follow an attach and a death for a second and a half; then there is no reason for any.
void await_quiet(const Processes& processes) {
  std::vector<std::uint64_t> before;
  await("every helper sleeps for good", [&] {
    std::vector<std::uint64_t> now = runs_of(processes);
    const bool quiet = now == before;
    before = std::move(now);
    if (!quiet) rest(std::chrono::milliseconds(1000));
    return quiet;
  });
}

TEST_F(HelperThread, DoesNotRunWhileNothingHappens) {
  create_mutex("M", FALSE);
  const Processes processes = processes_of(10);
  await_quiet(processes);
  const auto before = runs_of(processes);

  rest(std::chrono::milliseconds(1500));

  EXPECT_EQ(runs_of(processes), before);
}

TEST_F(HelperThread, OfMostProcessesSleepsOnWhenAnotherProcessDies) {
  create_mutex("M", FALSE);
  Processes processes = processes_of(48);
  await_quiet(processes);
  const auto before = runs_of(processes);
  const std::uint32_t swept = view().segment().header->deaths_swept.load();
  ProcessPeer& dead = *std::next(processes.begin(), 24);

  dead.end();
  await("the death is swept", [&] { return view().segment().header->deaths_swept.load() != swept; });
  rest(std::chrono::milliseconds(1500));

  std::size_t disturbed = 0;
  auto was = before.begin();
  for (const ProcessPeer& member : processes) {
    if (&member != &dead && runs_of(member.pid()) != *was) ++disturbed;
    ++was;
  }
  EXPECT_GE(disturbed, 1U) << "a death is swept by a helper";
  EXPECT_LE(disturbed, 17U) << "the reapers before it in the ring, and one that swept";
}

std::uint32_t own(Name name) { return wait_one(open_mutex(name), INFINITE); }

// The kernel wakes one listener of a word, and a stopped one does nothing.
TEST_F(HelperThread, OfAStoppedProcessDoesNotKeepADeathToItself) {
  const HANDLE mutex = create_mutex("M", FALSE);
  create_mutex("N", FALSE);
  ProcessPeer owner;
  ASSERT_EQ(owner.call(own, "M"), WAIT_OBJECT_0);
  ASSERT_EQ(owner.call(own, "N"), WAIT_OBJECT_0);
  std::list<ProcessPeer> stopped(2);
  for (ProcessPeer& peer : stopped) peer.start(own, "N");
  for (ProcessPeer& peer : stopped) await_asleep(peer);
  ProcessPeer waiter;
  auto waiting = waiter.start(own, "M");
  await_asleep(waiter);
  for (const ProcessPeer& peer : stopped) peer.signal(SIGSTOP);

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED);
  for (const ProcessPeer& peer : stopped) peer.signal(SIGCONT);
  (void)mutex;
}

// ---- where it runs -------------------------------------------------------------------------------------------------

std::string processors_of(pid_t pid) {
  const std::string status = task_folder(pid, helper_of(pid)) + "status";
  const std::string list = read_line(status, "Cpus_allowed_list:");
  return list.substr(list.find_first_not_of(" \t"));
}

TEST_F(HelperThread, RunsOnTheProcessorsOfItsVariable) {
  ProcessPeer process;
  process.call([] { setenv("RTSS_HELPER_CPUS", "0", 1); });

  EXPECT_NE(process.call(create_mutex, "M", FALSE), nullptr);

  EXPECT_EQ(processors_of(process.pid()), "0");
}

TEST_F(HelperThread, RunsWhereTheProgramWasStartedWhateverBecameOfTheThreadThatCalls) {
  cpu_set_t all;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  if (CPU_COUNT(&all) < 2) GTEST_SKIP() << "needs two processors";
  ProcessPeer before;
  before.call(create_mutex, "M", FALSE);
  ProcessPeer process;
  process.call([] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<unsigned>(sched_getcpu()), &one);
    sched_setaffinity(0, sizeof one, &one);
  });

  process.call(create_mutex, "M", FALSE);

  // It leaves the processor of the thread that attaches first, and may come back then.
  await("it may run on the same ones", [&] { return processors_of(process.pid()) == processors_of(before.pid()); });
}

TEST_F(HelperThread, IsNotStartedWhereItsVariableCannotBeUnderstood) {
  create_mutex("M", FALSE);
  for (const char* list : {"x", "1-0", "0,", "5000", "1023"}) {
    SCOPED_TRACE(list);
    ProcessPeer process;
    process.call([](Name text) { setenv("RTSS_HELPER_CPUS", text.c_str(), 1); }, list);
    EXPECT_EQ(process.call(create_mutex, "M", FALSE), nullptr);
    EXPECT_EQ(process.last_error(), static_cast<DWORD>(ERROR_INVALID_PARAMETER));
  }
}

// ---- ends that neither the exit hook nor the kernel's mark tells of -------------------------------------------------

DWORD end_without_a_hook(void* gate) {
  RtWaitForSingleObject(gate, INFINITE);
  syscall(SYS_exit, 0);
  return 0;
}

TEST_F(HelperThread, SignalsAThreadThatEndedWithoutItsExitHook) {
  ProcessPeer process;
  auto waiting = process.start([] {
    const HANDLE gate = RtCreateEventA(nullptr, TRUE, FALSE, "gate");
    const HANDLE thread = RtCreateThread(nullptr, 0, end_without_a_hook, gate, 0, nullptr);
    return RtWaitForSingleObject(thread, INFINITE);
  });
  await_asleep(process);

  set_event(open_event("gate"));

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

// A thread whose robust list the program destroyed ends without a mark. A wait that was in vain has it looked for.
TEST_F(HelperThread, FindsAnUnmarkedDeathAfterAWaitInVain) {
  const HANDLE mutex = create_mutex("M", FALSE);
  ProcessPeer process;
  process.call([] {
    std::thread([] {
      RtWaitForSingleObject(RtOpenMutexA(SYNCHRONIZE, FALSE, "M"), INFINITE);
      struct {
        void* next;
        long offset;
        void* pending;
      } list{&list, 0, nullptr};
      syscall(SYS_set_robust_list, &list, sizeof list);
      syscall(SYS_exit, 0);
    }).join();
  });

  DWORD result = WAIT_TIMEOUT;
  while (result == WAIT_TIMEOUT) result = wait_one(mutex, 200);

  EXPECT_EQ(result, WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

}  // namespace
}  // namespace rtss::test
