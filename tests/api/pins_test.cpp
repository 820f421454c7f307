// Pins: an object that outlives its handles, and the processes that had them.
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "tests/support/api_test.h"
#include "tests/support/fork_server.h"

namespace rtss::test {
namespace {

class Pin : public ApiTest {};

template <class Peer>
class PinBetween : public ApiTest {};
TYPED_TEST_SUITE(PinBetween, Peers, PeerNames);

bool exists(std::string_view name) { return view().object(name).has_value(); }

void create_pinned_and_forget(const KindCalls& kind) {
  const HANDLE handle = kind.create(kind.name);
  ASSERT_TRUE(RtssPin(handle, TRUE));
  ASSERT_TRUE(close_handle(handle));
}

void unpin(const KindCalls& kind) {
  const HANDLE handle = kind.open(kind.name);
  ASSERT_NE(handle, nullptr);
  EXPECT_TRUE(RtssPin(handle, FALSE));
  EXPECT_TRUE(close_handle(handle));
}

TEST_F(Pin, KeepsAnObjectOfEveryKindWithoutAHandle) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    create_pinned_and_forget(kind);

    ASSERT_TRUE(exists(kind.name));
    EXPECT_EQ(view().object(kind.name)->references, 0U);
    EXPECT_EQ(inspect::inconsistencies(view().segment()), std::vector<std::string>{});
    kind.create(kind.name);
    EXPECT_EQ(GetLastError(), ERROR_ALREADY_EXISTS);

    close_all_handles();
    unpin(kind);
    EXPECT_FALSE(exists(kind.name));
  }
}

TEST_F(Pin, KeepsTheState) {
  const HANDLE event = create_event("E", TRUE, FALSE);
  const HANDLE semaphore = create_semaphore("S", 2, 5);
  RtssPin(event, TRUE);
  RtssPin(semaphore, TRUE);
  set_event(event);
  wait_one(semaphore, 0);
  close_all_handles();

  const HANDLE event_again = open_event("E");
  const HANDLE semaphore_again = open_semaphore("S");

  EXPECT_TRUE(is_set(event_again));
  EXPECT_TRUE(has_count(semaphore_again, 1));
  EXPECT_TRUE(RtssPin(event_again, FALSE));
  EXPECT_TRUE(RtssPin(semaphore_again, FALSE));
}

TEST_F(Pin, KeepsTheContentsOfSharedMemory) {
  void* at = nullptr;
  HANDLE memory = RtCreateSharedMemoryA(PAGE_READWRITE, 0, 100, "M", &at);
  std::strcpy(static_cast<char*>(at), "kept");
  ASSERT_TRUE(RtssPin(memory, TRUE));
  RtCloseHandle(memory);

  memory = RtOpenSharedMemoryA(SHM_MAP_WRITE, FALSE, "M", &at);

  ASSERT_NE(memory, nullptr);
  EXPECT_STREQ(static_cast<char*>(at), "kept");
  const std::string file = namespace_file(namespace_name()) + ".shm-" + std::to_string(view().object("M")->file);
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_TRUE(RtssPin(memory, FALSE));
  RtCloseHandle(memory);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Pin, OnceTakenAwayLeavesTheObjectToItsHandles) {
  const HANDLE first = create_event("E", TRUE, FALSE);
  const HANDLE second = open_event("E");
  EXPECT_TRUE(RtssPin(first, TRUE));
  EXPECT_TRUE(RtssPin(second, TRUE));
  EXPECT_TRUE(RtssPin(first, FALSE)) << "one flag, however often it was set";

  EXPECT_TRUE(close_handle(first));
  EXPECT_TRUE(exists("E")) << "the second handle keeps it";
  EXPECT_TRUE(close_handle(second));
  EXPECT_FALSE(exists("E"));
}

TEST_F(Pin, IsRefusedToWhatNoCallCouldFindAgain) {
  const HANDLE unnamed = create_event(nullptr, TRUE, FALSE);
  EXPECT_FAILS(RtssPin(unnamed, TRUE), FALSE, ERROR_INVALID_PARAMETER);
}

TEST_F(Pin, IsRefusedToWhatIsNoHandleToANamedObject) {
  const HANDLE closed = create_event("E", TRUE, FALSE);
  close_handle(closed);
  const HANDLE process = RtOpenProcess(0, FALSE, static_cast<DWORD>(getpid()));
  ASSERT_NE(process, nullptr);
  for (const HANDLE wrong : {HANDLE{nullptr}, closed, process, RtGetCurrentThread(), RtGetCurrentProcess()}) {
    EXPECT_FAILS(RtssPin(wrong, TRUE), FALSE, ERROR_INVALID_HANDLE);
  }
  RtCloseHandle(process);
}

TYPED_TEST(PinBetween, KeepsWhatItsCreatorLeavesAtItsEnd) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    {
      TypeParam creator;
      ASSERT_TRUE(creator.call(RtssPin, creator.call(kind.create, kind.name), TRUE));
      if constexpr (std::is_same_v<TypeParam, ThreadPeer>) close_all_handles();
      creator.end();
    }
    ASSERT_TRUE(exists(kind.name));
    await("the creator's handles are swept", [&] { return view().object(kind.name)->references == 0; });

    EXPECT_EQ(wait_one(kind.open(kind.name), 0), WAIT_OBJECT_0) << "free, set or of one unit, as it was made";

    if (kind.open == open_mutex) release_mutex(open_mutex(kind.name));
    unpin(kind);
  }
}

TYPED_TEST(PinBetween, KeepsAMutexForTheNextToLearnThatItsOwnerDied) {
  TypeParam owner;
  ASSERT_TRUE(owner.call(RtssPin, owner.call(create_mutex, "M", TRUE), TRUE));
  owner.end();
  if constexpr (std::is_same_v<TypeParam, ThreadPeer>) close_all_handles();
  await("no process has it open", [] { return view().object("M")->references == 0; });

  const HANDLE mutex = open_mutex("M");

  ASSERT_NE(mutex, nullptr);
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(release_mutex(mutex));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0) << "abandonment is reported once";
  EXPECT_TRUE(release_mutex(mutex));
  EXPECT_TRUE(RtssPin(mutex, FALSE));
}

TYPED_TEST(PinBetween, SurvivesTheDeathOfEverybody) {
  {
    TypeParam creator;
    ASSERT_TRUE(creator.call(RtssPin, creator.call(create_semaphore, "S", 3, 5), TRUE));
    creator.call(wait_one, creator.call(open_semaphore, "S"), 0U);
  }
  {
    TypeParam user;
    EXPECT_EQ(user.call(wait_one, user.call(open_semaphore, "S"), 0U), WAIT_OBJECT_0);
  }
  close_all_handles();

  const HANDLE semaphore = open_semaphore("S");

  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_TRUE(RtssPin(semaphore, FALSE));
}

}  // namespace
}  // namespace rtss::test
