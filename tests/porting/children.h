// Processes made by the API under test from the program child.cpp.
#pragma once

#include <string>

#include "tests/support/api_test.h"

namespace rtss::test {

struct Child {
  PROCESS_INFORMATION information{};
  BOOL started = FALSE;

  explicit Child(const std::string& arguments, DWORD flags = 0) {
    std::string line = "child " + arguments;
    started = RtCreateProcessA(PORTING_CHILD, line.data(), nullptr, nullptr, FALSE, flags, nullptr, nullptr, nullptr,
                               &information);
    EXPECT_TRUE(started) << GetLastError();
  }
  ~Child() {
    RtTerminateProcess(information.hProcess, 0);
    RtWaitForSingleObject(information.hProcess, INFINITE);
    RtCloseHandle(information.hThread);
    RtCloseHandle(information.hProcess);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] HANDLE handle() const { return information.hProcess; }
  [[nodiscard]] pid_t pid() const { return static_cast<pid_t>(information.dwProcessId); }
  DWORD await_end() const {
    const Awaiting awaiting("a child process ends");
    EXPECT_EQ(RtWaitForSingleObject(handle(), INFINITE), WAIT_OBJECT_0);
    return exit_code();
  }
  [[nodiscard]] DWORD exit_code() const {
    DWORD code = 0xBAD;
    EXPECT_TRUE(RtGetExitCodeProcess(handle(), &code));
    return code;
  }
};

}  // namespace rtss::test
