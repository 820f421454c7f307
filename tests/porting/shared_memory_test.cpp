// Shared memory: one object by one name for all processes, whatever access and size they ask for.
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "tests/support/api_test.h"
#include "tests/support/damage.h"
#include "tests/support/fork_server.h"

namespace rtss::test {
namespace {

struct Memory {
  HANDLE handle = nullptr;
  void* at = nullptr;
};
Memory create(const char* name, DWORD bytes, DWORD protect = PAGE_READWRITE) {
  Memory memory;
  memory.handle = RtCreateSharedMemoryA(protect, 0, bytes, name, &memory.at);
  return memory;
}
Memory open(const char* name, DWORD access = SHM_MAP_WRITE) {
  Memory memory;
  memory.handle = RtOpenSharedMemoryA(access, FALSE, name, &memory.at);
  return memory;
}
int number(const Memory& memory) { return *static_cast<volatile int*>(memory.at); }
void write(const Memory& memory, int value) { *static_cast<volatile int*>(memory.at) = value; }

std::size_t memory_files() {
  std::size_t count = 0;
  const std::string start = std::filesystem::path(namespace_file(namespace_name())).filename().string() + ".shm";
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    if (entry.path().filename().string().starts_with(start)) ++count;
  }
  return count;
}

class SharedMemory : public ApiTest {
 protected:
  void TearDown() override {
    ApiTest::TearDown();
    await("no file of a shared memory is left", [] { return memory_files() == 0; });
  }
};

TEST_F(SharedMemory, IsZeroFilledAndMappedAtOnce) {
  const Memory memory = create("M", 10000);
  ASSERT_NE(memory.handle, nullptr);
  EXPECT_EQ(GetLastError(), 0u);
  ASSERT_NE(memory.at, nullptr);

  for (int i = 0; i < 10000; ++i) ASSERT_EQ(static_cast<char*>(memory.at)[i], 0);

  EXPECT_TRUE(RtCloseHandle(memory.handle));
}

TEST_F(SharedMemory, IsOneForAllWhoNameIt) {
  const Memory memory = create("M", 64);
  write(memory, 17);
  ProcessPeer peer;

  const int seen = peer.call([] {
    const Memory mine = open("M");
    const int value = number(mine);
    write(mine, 18);
    return value;
  });

  EXPECT_EQ(seen, 17);
  EXPECT_EQ(number(memory), 18);
  EXPECT_TRUE(RtCloseHandle(memory.handle));
}

TEST_F(SharedMemory, CreatedAgainKeepsItsContentsAndItsSize) {
  const Memory first = create("M", 8192);
  write(first, 5);

  const Memory second = create("M", 64);
  EXPECT_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
  const Memory third = create("M", 1 << 20);
  EXPECT_EQ(GetLastError(), ERROR_ALREADY_EXISTS);

  EXPECT_EQ(number(second), 5);
  SHARED_MEMORY_INFO info{};
  EXPECT_TRUE(RtQuerySharedMemory(third.handle, &info));
  EXPECT_EQ(info.dwSize, 8192u);
  EXPECT_EQ(info.flProtect, PAGE_READWRITE);
  static_cast<char*>(second.at)[8191] = 1;
  for (const Memory& memory : {first, second, third}) EXPECT_TRUE(RtCloseHandle(memory.handle));
}

TEST_F(SharedMemory, IsWritableWhateverAccessIsAskedFor) {
  const Memory memory = create("M", 64, PAGE_READONLY);
  write(memory, 1);
  for (const DWORD access :
       {0u, SHM_MAP_READ, SHM_MAP_WRITE, SHM_MAP_ALL_ACCESS, PAGE_READWRITE, PAGE_NOACCESS, 0xFFFFFFFFu}) {
    const Memory opened = open("M", access);
    ASSERT_NE(opened.handle, nullptr);
    write(opened, static_cast<int>(access));
    EXPECT_EQ(number(memory), static_cast<int>(access));
    EXPECT_TRUE(RtCloseHandle(opened.handle));
  }
  EXPECT_TRUE(RtCloseHandle(memory.handle));
}

TEST_F(SharedMemory, SurvivesItsWritersDeathWhileSomebodyHasIt) {
  ProcessPeer writer;
  ProcessPeer keeper;
  writer.call([] {
    write(create("M", 64), 99);
    return 0;
  });
  keeper.call([] { return open("M").handle != nullptr; });
  writer.end();

  const Memory memory = open("M");
  ASSERT_NE(memory.handle, nullptr);
  EXPECT_EQ(number(memory), 99);
  EXPECT_TRUE(RtCloseHandle(memory.handle));
  keeper.end();

  await("the memory goes with its last process", [] { return memory_files() == 0; });
  EXPECT_FAILS(open("M").handle, nullptr, ERROR_FILE_NOT_FOUND);
}

TEST_F(SharedMemory, ThatNobodyMadeIsNotMadeByOpening) {
  Memory memory;
  memory.at = &memory;

  EXPECT_FAILS(RtOpenSharedMemoryA(SHM_MAP_WRITE, FALSE, "Absent", &memory.at), nullptr, ERROR_FILE_NOT_FOUND);

  EXPECT_EQ(memory.at, nullptr);
}

TEST_F(SharedMemory, SharesItsNamesWithTheOtherKinds) {
  create_mutex("Same", FALSE);
  void* at = nullptr;

  EXPECT_FAILS(RtCreateSharedMemoryA(0, 0, 64, "Same", &at), nullptr, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtOpenSharedMemoryA(0, FALSE, "Same", &at), nullptr, ERROR_INVALID_HANDLE);
  const Memory memory = create("Other", 64);
  EXPECT_FAILS(RtCreateMutexA(nullptr, FALSE, "Other"), nullptr, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtWaitForSingleObject(memory.handle, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
  EXPECT_TRUE(RtCloseHandle(memory.handle));
}

TEST_F(SharedMemory, RefusesBadArguments) {
  void* at = nullptr;
  const std::string long_name(300, 'x');

  EXPECT_FAILS(RtCreateSharedMemoryA(0, 0, 64, "N", nullptr), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtCreateSharedMemoryA(0, 0, 0, "N", &at), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtCreateSharedMemoryA(0, 1, 64, "N", &at), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtCreateSharedMemoryA(0, 0, 64, "a\\b", &at), nullptr, ERROR_INVALID_NAME);
  EXPECT_FAILS(RtCreateSharedMemoryA(0, 0, 64, long_name.c_str(), &at), nullptr, ERROR_FILENAME_EXCED_RANGE);
  EXPECT_EQ(memory_files(), 0u);
  EXPECT_FAILS(RtOpenSharedMemoryA(0, FALSE, nullptr, &at), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtOpenSharedMemoryA(0, FALSE, "", &at), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtOpenSharedMemoryA(0, FALSE, "N", nullptr), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtUnmapSharedMemory(nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtUnmapSharedMemory(&at), FALSE, ERROR_INVALID_PARAMETER);
}

// In a mount namespace of its own, where /dev/shm is small.
bool have_little_shared_memory() {
  return unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=48m") == 0;
}

TEST_F(SharedMemory, OfMoreThanThereIsIsRefusedAndTakesNothing) {
  NEEDS_PROCESSES();
  ProcessPeer peer;
  if (!peer.call(have_little_shared_memory)) GTEST_SKIP() << "needs the right to mount";
  const auto create_of = [](DWORD bytes) {
    void* at = &at;
    const HANDLE memory = RtCreateSharedMemoryA(PAGE_READWRITE, 0, bytes, "Huge", &at);
    const DWORD error = GetLastError();
    return (memory == nullptr) == (at == nullptr) ? error : 0xBADU;
  };

  EXPECT_EQ(peer.call(create_of, 0xFFFFFFFFU), ERROR_NOT_ENOUGH_MEMORY);
  EXPECT_EQ(peer.call(create_of, 0x04000000U), ERROR_NOT_ENOUGH_MEMORY);
  EXPECT_EQ(peer.call(create_of, 1U << 20), ERROR_SUCCESS) << "neither the name nor the memory is taken";
  EXPECT_EQ(peer.call(create_of, 0xFFFFFFFFU), ERROR_ALREADY_EXISTS) << "what exists needs no memory";
}

TEST_F(SharedMemory, ViewsAreMadeAndEndedOneByOne) {
  const DWORD page = static_cast<DWORD>(sysconf(_SC_PAGESIZE));
  const Memory memory = create(nullptr, 2 * page);
  static_cast<char*>(memory.at)[page] = 'x';

  auto* const part = static_cast<char*>(RtMapViewOfSharedMemory(memory.handle, 0, 0, page, page));
  ASSERT_NE(part, nullptr);
  EXPECT_EQ(*part, 'x');
  auto* const whole = static_cast<char*>(RtMapViewOfSharedMemory(memory.handle, 0, 0, 0, 0));
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole[page], 'x');
  EXPECT_FAILS(RtMapViewOfSharedMemory(memory.handle, 0, 0, 1, 0), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtMapViewOfSharedMemory(memory.handle, 0, 0, page, 2 * page), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtMapViewOfSharedMemory(memory.handle, 0, 1, 0, 0), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtMapViewOfSharedMemory(nullptr, 0, 0, 0, 0), nullptr, ERROR_INVALID_HANDLE);
  EXPECT_TRUE(RtUnmapViewOfSharedMemory(part));
  EXPECT_FAILS(RtUnmapViewOfSharedMemory(part), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(RtUnmapSharedMemory(memory.at));
  whole[0] = 'y';

  EXPECT_TRUE(RtCloseHandle(memory.handle));
  EXPECT_FAILS(RtUnmapSharedMemory(whole), FALSE, ERROR_INVALID_PARAMETER);  // gone with the last handle
}

TEST_F(SharedMemory, WideAndNarrowNamesMeet) {
  void* at = nullptr;
  const HANDLE created = RtCreateSharedMemoryW(0, 0, 64, L"M\u00e9moire 1", &at);
  const Memory opened = open("M\u00e9moire 1");
  ASSERT_NE(opened.handle, nullptr);
  *static_cast<int*>(at) = 4;

  EXPECT_EQ(number(opened), 4);

  EXPECT_TRUE(RtCloseHandle(created));
  EXPECT_TRUE(RtCloseHandle(opened.handle));
}

TEST_F(SharedMemory, HandleValueStoredInItIsOfNoUseToAnotherProcess) {
  const Memory memory = create("M", 64);
  *static_cast<HANDLE*>(memory.at) = create_mutex(nullptr, FALSE);
  ProcessPeer peer;

  const DWORD result = peer.call([] {
    const Memory mine = open("M");
    return RtWaitForSingleObject(*static_cast<HANDLE*>(mine.at), 0);
  });

  EXPECT_EQ(result, WAIT_FAILED);
  EXPECT_EQ(peer.last_error(), ERROR_INVALID_HANDLE);
  EXPECT_TRUE(RtCloseHandle(memory.handle));
}

// What another process writes where only the library should takes no memory away from a program that uses it.
TEST_F(SharedMemory, StaysMappedWhileTheSegmentNoLongerKnowsItsHandle) {
  const Memory first = create("M", 64);
  const Memory second = open("M");
  const auto entry = runtime::handle_index(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(first.handle)));
  std::uint64_t check = 0;
  change_segment([&](const runtime::SegmentView& segment) { check = segment.handles[entry].check.exchange(0); });

  EXPECT_TRUE(RtCloseHandle(second.handle));

  EXPECT_EQ(msync(first.at, 1, MS_ASYNC), 0) << "it is not mapped any more";
  change_segment([&](const runtime::SegmentView& segment) { segment.handles[entry].check.store(check); });
  EXPECT_TRUE(RtCloseHandle(first.handle));
  EXPECT_EQ(msync(first.at, 1, MS_ASYNC), -1) << "it is still mapped";
}

}  // namespace
}  // namespace rtss::test
