// The shutdown handler: the signals that end a process reach a routine in a thread of its own.
#include <signal.h>
#include <stdlib.h>

#include "tests/porting/children.h"

namespace rtss::test {
namespace {

class Shutdown : public ApiTest {
 protected:
  void TearDown() override {
    unsetenv("RTSS_SHUTDOWN");
    ApiTest::TearDown();
  }
};

// The reason that the routine of a child gets when this signal comes.
unsigned reason_for(int signal) {
  const HANDLE ready = create_event("Ready", FALSE, FALSE);
  const Child child("shutdown");
  EXPECT_EQ(wait_one(ready, INFINITE), WAIT_OBJECT_0);
  kill(child.pid(), signal);
  return child.await_end() - 40;
}

TEST_F(Shutdown, ReasonIsOneForATermAndAnInterruptAndTwoForAPowerFailure) {
  EXPECT_EQ(reason_for(SIGTERM), 1u);
  EXPECT_EQ(reason_for(SIGINT), 1u);
  EXPECT_EQ(reason_for(SIGPWR), 2u);
}

TEST_F(Shutdown, ReasonsAreSetByTheEnvironment) {
  setenv("RTSS_SHUTDOWN", "TERM=2,HUP=3,USR1=1", 1);

  EXPECT_EQ(reason_for(SIGTERM), 2u);
  EXPECT_EQ(reason_for(SIGHUP), 3u);
  EXPECT_EQ(reason_for(SIGUSR1), 1u);
  EXPECT_EQ(reason_for(SIGINT), 1u);
}

TEST_F(Shutdown, ReasonsThatCannotBeUnderstoodAreRefused) {
  const auto routine = [](PVOID, LONG) {};
  for (const char* const bad : {"TERM", "TERM=4", "TERM=12", "KILL=1", "TERM=1;INT=2", "=1", ",TERM=1"}) {
    SCOPED_TRACE(bad);
    setenv("RTSS_SHUTDOWN", bad, 1);
    EXPECT_FAILS(RtAttachShutdownHandler(nullptr, 0, routine, nullptr, 1), nullptr, ERROR_INVALID_PARAMETER);
  }
  setenv("RTSS_SHUTDOWN", "TERM=0", 1);
  struct sigaction before {};
  struct sigaction after {};
  sigaction(SIGTERM, nullptr, &before);
  const HANDLE handler = RtAttachShutdownHandler(nullptr, 0, routine, nullptr, 1);
  ASSERT_NE(handler, nullptr);
  sigaction(SIGTERM, nullptr, &after);
  EXPECT_EQ(after.sa_handler, before.sa_handler) << "a signal with reason 0 was taken";
  EXPECT_TRUE(RtReleaseShutdownHandler(handler));
}

TEST_F(Shutdown, SecondSignalEndsAProcessThatDidNot) {
  const HANDLE ready = create_event("Ready", FALSE, FALSE);
  const HANDLE called = create_event("Called", FALSE, FALSE);
  const Child child("stubborn");
  ASSERT_EQ(wait_one(ready, INFINITE), WAIT_OBJECT_0);

  kill(child.pid(), SIGTERM);
  ASSERT_EQ(wait_one(called, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(child.exit_code(), STILL_ACTIVE);
  kill(child.pid(), SIGTERM);

  EXPECT_EQ(child.await_end(), 1u);
}

TEST_F(Shutdown, OneHandlerPerProcessAndItCanBeReleased) {
  const auto routine = [](PVOID, LONG) {};
  struct sigaction before {};
  struct sigaction after {};
  sigaction(SIGTERM, nullptr, &before);
  const HANDLE handler = RtAttachShutdownHandler(nullptr, 0, routine, nullptr, 1);
  ASSERT_NE(handler, nullptr);

  EXPECT_FAILS(RtAttachShutdownHandler(nullptr, 0, routine, nullptr, 1), nullptr, ERROR_BUSY);
  EXPECT_TRUE(RtReleaseShutdownHandler(handler));
  EXPECT_FAILS(RtReleaseShutdownHandler(handler), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtCloseHandle(handler), FALSE, ERROR_INVALID_HANDLE);
  sigaction(SIGTERM, nullptr, &after);
  EXPECT_EQ(after.sa_handler, before.sa_handler);

  const HANDLE again = RtAttachShutdownHandler(nullptr, 0, routine, nullptr, 1);
  EXPECT_NE(again, nullptr);
  EXPECT_TRUE(RtCloseHandle(again));
}

TEST_F(Shutdown, RefusesBadArguments) {
  EXPECT_FAILS(RtAttachShutdownHandler(nullptr, 0, nullptr, nullptr, 1), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtAttachShutdownHandler(
                   nullptr, 0, [](PVOID, LONG) {}, nullptr, 128),
               nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtReleaseShutdownHandler(nullptr), FALSE, ERROR_INVALID_HANDLE);
}

}  // namespace
}  // namespace rtss::test
