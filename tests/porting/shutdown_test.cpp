// The shutdown handler: SIGTERM and SIGINT reach a routine in a thread of its own.
#include <signal.h>

#include "tests/porting/children.h"

namespace rtss::test {
namespace {

class Shutdown : public ApiTest {};

TEST_F(Shutdown, RoutineIsCalledWithReasonOneForEitherSignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const HANDLE ready = create_event("Ready", FALSE, FALSE);
    const Child child("shutdown");
    ASSERT_EQ(wait_one(ready, INFINITE), WAIT_OBJECT_0);

    kill(child.pid(), signal);

    EXPECT_EQ(child.await_end(), 41u);
  }
}

TEST_F(Shutdown, SecondSignalEndsAProcessThatDidNot) {
  const HANDLE ready = create_event("Ready", FALSE, FALSE);
  const HANDLE told = create_event("Told", FALSE, FALSE);
  const Child child("stubborn");
  ASSERT_EQ(wait_one(ready, INFINITE), WAIT_OBJECT_0);

  kill(child.pid(), SIGTERM);
  ASSERT_EQ(wait_one(told, INFINITE), WAIT_OBJECT_0);
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
