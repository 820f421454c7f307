// Processes: starting, waiting for, killing and opening them.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/porting/children.h"

namespace rtss::test {
namespace {

class Process : public ApiTest {};

std::string read(const std::string& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// A file's name that is this test program's alone.
struct Scratch {
  std::string path = "/tmp/rtss-porting-" + std::to_string(getpid());
  ~Scratch() { unlink(path.c_str()); }
};

TEST_F(Process, NeedNotKnowTheLibraryToBeWaitedFor) {
  char line[] = "true";
  PROCESS_INFORMATION information{};

  ASSERT_TRUE(RtCreateProcessA(nullptr, line, nullptr, nullptr, FALSE, 0, nullptr, nullptr, nullptr, &information));
  EXPECT_EQ(GetLastError(), 0u);
  EXPECT_EQ(wait_any({information.hProcess, information.hThread}, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(wait_one(information.hThread, 0), WAIT_OBJECT_0);
  DWORD code = 9;
  EXPECT_TRUE(RtGetExitCodeProcess(information.hProcess, &code));
  EXPECT_EQ(code, 0u);

  EXPECT_TRUE(RtCloseHandle(information.hThread));
  EXPECT_TRUE(RtCloseHandle(information.hProcess));
}

TEST_F(Process, TellsItsExitCode) {
  EXPECT_EQ(Child("exit 37").await_end(), 37u);
  EXPECT_EQ(Child("ExitProcess 38").await_end(), 38u);
}

TEST_F(Process, EndsWithTheCodeOfItsLastThread) {
  EXPECT_EQ(Child("\"last thread\" exits").await_end(), 23u);
  EXPECT_EQ(Child("\"last thread\" terminated").await_end(), 23u);
}

TEST_F(Process, IsStillActiveUntilItIsTerminated) {
  const Child child("sleep");

  EXPECT_EQ(child.exit_code(), STILL_ACTIVE);
  EXPECT_EQ(wait_one(child.handle(), 0), WAIT_TIMEOUT);
  EXPECT_TRUE(RtTerminateProcess(child.handle(), 1234));

  EXPECT_EQ(child.await_end(), 1234u);
  EXPECT_FAILS(RtTerminateProcess(child.handle(), 1), FALSE, ERROR_ACCESS_DENIED);
  EXPECT_EQ(child.exit_code(), 1234u);
}

TEST_F(Process, KilledBySomebodyElseHasExitCodeOne) {
  const Child child("sleep");

  kill(child.pid(), SIGKILL);

  EXPECT_EQ(child.await_end(), 1u);
}

TEST_F(Process, GetsItsArgumentsDirectoryAndEnvironment) {
  const Scratch scratch;
  std::string line = "my\\name args " + scratch.path + " plain \"two words\" \"\" back\\slash \"quo\\\"te\" end";
  char environment[] = "PORTING=given\0OTHER=1\0";
  PROCESS_INFORMATION information{};

  ASSERT_TRUE(RtCreateProcessA(PORTING_CHILD, line.data(), nullptr, nullptr, FALSE, 0, environment, "/usr", nullptr,
                               &information));
  EXPECT_EQ(wait_one(information.hProcess, INFINITE), WAIT_OBJECT_0);

  EXPECT_EQ(read(scratch.path), "[plain][two words][][back\\slash][quo\"te][end]\n/usr\ngiven\n");
  RtCloseHandle(information.hThread);
  RtCloseHandle(information.hProcess);
}

TEST_F(Process, IsFoundByAPathWithBackslashes) {
  std::string line = PORTING_CHILD " exit 7";
  std::replace(line.begin(), line.end(), '/', '\\');
  PROCESS_INFORMATION information{};
  DWORD code = 0;

  ASSERT_TRUE(
      RtCreateProcessA(nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, "\\usr\\lib", nullptr, &information));
  EXPECT_EQ(wait_one(information.hProcess, INFINITE), WAIT_OBJECT_0);

  EXPECT_TRUE(RtGetExitCodeProcess(information.hProcess, &code));
  EXPECT_EQ(code, 7u);
  RtCloseHandle(information.hThread);
  RtCloseHandle(information.hProcess);
}

TEST_F(Process, StartsFromWideTextToo) {
  const Scratch scratch;
  std::wstring program;
  for (const char c : std::string(PORTING_CHILD)) program.push_back(static_cast<wchar_t>(c));
  std::wstring line = L"x args ";
  for (const char c : scratch.path) line.push_back(static_cast<wchar_t>(c));
  line += L" \u00e9\u2713";
  wchar_t environment[] = L"PORTING=\u00e9\0";
  PROCESS_INFORMATION information{};

  ASSERT_TRUE(RtCreateProcessW(program.c_str(), line.data(), nullptr, nullptr, FALSE, CREATE_UNICODE_ENVIRONMENT,
                               environment, L"/", nullptr, &information));
  EXPECT_EQ(wait_one(information.hProcess, INFINITE), WAIT_OBJECT_0);

  EXPECT_EQ(read(scratch.path), "[\u00e9\u2713]\n/\n\u00e9\n");
  RtCloseHandle(information.hThread);
  RtCloseHandle(information.hProcess);
}

TEST_F(Process, CreatedSuspendedRunsNothingBeforeItIsResumed) {
  const Scratch scratch;
  const Child child("args " + scratch.path + " ran \"a b\"", CREATE_SUSPENDED);

  EXPECT_EQ(wait_one(child.handle(), 100), WAIT_TIMEOUT);
  EXPECT_EQ(read(scratch.path), "");
  EXPECT_EQ(RtResumeThread(child.information.hThread), 1u);
  EXPECT_EQ(RtResumeThread(child.information.hThread), 0u);

  EXPECT_EQ(child.await_end(), 0u);
  EXPECT_EQ(read(scratch.path).substr(0, 10), "[ran][a b]");
}

TEST_F(Process, OfTheNamespaceIsOpenedByItsIdFromAnotherProcess) {
  const HANDLE ready = create_event("Ready", FALSE, FALSE);
  const HANDLE leave = create_event("Leave", FALSE, FALSE);
  const HANDLE mutex = create_mutex("Child's", FALSE);
  const Child child("attach");
  ASSERT_EQ(wait_one(ready, INFINITE), WAIT_OBJECT_0);
  ProcessPeer other;

  auto end = other.start(
      [](DWORD pid) -> DWORD {
        const HANDLE process = RtOpenProcess(PROCESS_ALL_ACCESS, FALSE, pid);
        DWORD code = 0;
        if (process == nullptr || !RtGetExitCodeProcess(process, &code) || code != STILL_ACTIVE) return 0;
        RtWaitForSingleObject(process, INFINITE);
        RtGetExitCodeProcess(process, &code);
        RtCloseHandle(process);
        return code;
      },
      static_cast<DWORD>(child.pid()));
  await_blocked(other);
  set_event(leave);

  EXPECT_EQ(end.get(), 0x12345678u) << "all 32 bits, from a process that knows the library";
  EXPECT_EQ(child.await_end(), 0x12345678u);
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  release_mutex(mutex);
}

TEST_F(Process, OfTheNamespaceIsTerminatedByAnotherProcess) {
  const HANDLE ready = create_event("Ready", FALSE, FALSE);
  create_event("Leave", FALSE, FALSE);
  const HANDLE mutex = create_mutex("Child's", FALSE);
  const Child child("attach");
  ASSERT_EQ(wait_one(ready, INFINITE), WAIT_OBJECT_0);
  ProcessPeer other;

  const DWORD code = other.call(
      [](DWORD pid) -> DWORD {
        DWORD ended_with = 0;
        const HANDLE process = RtOpenProcess(PROCESS_TERMINATE, FALSE, pid);
        RtTerminateProcess(process, 77);
        RtWaitForSingleObject(process, INFINITE);
        RtGetExitCodeProcess(process, &ended_with);
        RtCloseHandle(process);
        return ended_with;
      },
      static_cast<DWORD>(child.pid()));

  EXPECT_EQ(code, 77u);
  EXPECT_EQ(child.await_end(), 1u) << "its creator was not notified";
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  release_mutex(mutex);
}

TEST_F(Process, OwnChildIsOpenedByItsIdThoughItNeverAttaches) {
  const Child child("sleep");

  const HANDLE opened = RtOpenProcess(0, FALSE, static_cast<DWORD>(child.pid()));
  ASSERT_NE(opened, nullptr);
  EXPECT_TRUE(RtTerminateProcess(opened, 3));

  EXPECT_EQ(wait_one(opened, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(child.await_end(), 3u);
  EXPECT_TRUE(RtCloseHandle(opened));
}

TEST_F(Process, HandlesMayBeClosedWhileItRuns) {
  char line[] = "sleep 0.05";
  PROCESS_INFORMATION information{};
  ASSERT_TRUE(RtCreateProcessA(nullptr, line, nullptr, nullptr, FALSE, 0, nullptr, nullptr, nullptr, &information));

  EXPECT_TRUE(RtCloseHandle(information.hThread));
  EXPECT_TRUE(RtCloseHandle(information.hProcess));
  const HANDLE next = create_event(nullptr, FALSE, FALSE);  // takes the place of the object

  await("it is reaped", [&] { return kill(static_cast<pid_t>(information.dwProcessId), 0) != 0; });
  EXPECT_TRUE(is_clear(next));
}

TEST_F(Process, RefusesBadArguments) {
  PROCESS_INFORMATION information{};
  char missing[] = "/no/such/program";
  char directory[] = "/tmp";
  char nothing[] = "";
  char fine[] = "true";
  char malformed[] = "\xff\xfe";
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  const Scratch scratch;
  std::string scratch_path = scratch.path;
  std::ofstream(scratch_path) << "this is not a program\n";
  const auto create = [&](char* line, const char* here = nullptr) {
    return RtCreateProcessA(nullptr, line, nullptr, nullptr, FALSE, 0, nullptr, here, nullptr, &information);
  };

  EXPECT_FAILS(create(missing), FALSE, ERROR_FILE_NOT_FOUND);
  EXPECT_FAILS(create(directory), FALSE, ERROR_FILE_NOT_FOUND);
  EXPECT_FAILS(create(nothing), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(create(nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(create(malformed), FALSE, ERROR_INVALID_NAME);
  EXPECT_FAILS(create(fine, "/no/such/directory"), FALSE, ERROR_FILE_NOT_FOUND);
  EXPECT_FAILS(create(scratch_path.data()), FALSE, ERROR_ACCESS_DENIED);
  chmod(scratch.path.c_str(), S_IRWXU);
  EXPECT_FAILS(create(scratch_path.data()), FALSE, ERROR_BAD_EXE_FORMAT);
  EXPECT_FAILS(RtCreateProcessA(nullptr, fine, nullptr, nullptr, FALSE, 0, nullptr, nullptr, nullptr, nullptr), FALSE,
               ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtOpenProcess(0, FALSE, 0), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtOpenProcess(0, FALSE, 1), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtTerminateProcess(event, 0), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtTerminateProcess(nullptr, 0), FALSE, ERROR_INVALID_HANDLE);
  DWORD code = 0;
  EXPECT_FAILS(RtGetExitCodeProcess(event, &code), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtGetExitCodeProcess(RtGetCurrentProcess(), nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(RtGetExitCodeProcess(RtGetCurrentProcess(), &code));
  EXPECT_EQ(code, STILL_ACTIVE);
}

TEST_F(Process, AffinityMaskIsThatOfAllItsThreads) {
  const Child child("sleep");
  DWORD_PTR own = 0;
  DWORD_PTR machine = 0;

  ASSERT_TRUE(RtGetProcessAffinityMask(RtGetCurrentProcess(), &own, &machine));
  EXPECT_NE(own & machine, 0u);
  EXPECT_TRUE(RtSetProcessAffinityMask(child.handle(), 1));
  DWORD_PTR changed = 0;
  EXPECT_TRUE(RtGetProcessAffinityMask(child.handle(), &changed, &machine));
  EXPECT_EQ(changed, 1u);
  EXPECT_FAILS(RtSetProcessAffinityMask(child.handle(), 0), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetProcessAffinityMask(nullptr, 1), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtGetProcessAffinityMask(RtGetCurrentProcess(), nullptr, &machine), FALSE, ERROR_INVALID_PARAMETER);
}

TEST_F(Process, KnowsItself) {
  EXPECT_EQ(RtGetCurrentProcessId(), static_cast<DWORD>(getpid()));
  EXPECT_EQ(RtGetCurrentThreadId(), static_cast<DWORD>(gettid()));
  EXPECT_TRUE(RtIsInRtss());
  EXPECT_NE(std::string(RtGetCommandLineA()).find("porting_process_test"), std::string::npos);
}

}  // namespace
}  // namespace rtss::test
