// Base of the behaviour tests. After each test everything it opened is closed, and the namespace must be consistent
// and empty again.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/support/arena.h"
#include "tests/support/calls.h"
#include "tests/support/observe.h"
#include "tests/support/peer.h"
#include "tests/support/watchdog.h"

namespace rtss::test {

class ApiTest : public testing::Test {
 protected:
  // Attaches the test itself: a living member is needed to sweep what peers leave.
  void SetUp() override {
    arena().clear();
    RtCloseHandle(RtCreateEventA(nullptr, TRUE, FALSE, nullptr));
  }

  void TearDown() override {
    close_all_handles();
    EXPECT_EQ(leftovers(), "");
  }
};

// A test with several peers, made as they are asked for and ended before the namespace is looked at.
template <class PeerType>
class ApiTestWith : public ApiTest {
 protected:
  void TearDown() override {
    peers_.clear();
    ApiTest::TearDown();
  }

  PeerType& peer(std::size_t index) {
    while (peers_.size() <= index) peers_.push_back(std::make_unique<PeerType>());
    return *peers_[index];
  }

  // The first `count` peers wait for the object, each blocked before the next starts.
  std::vector<Pending<DWORD>> let_wait(std::size_t count, HANDLE (*open)(Name), const char* name) {
    std::vector<Pending<DWORD>> waits;
    for (std::size_t i = 0; i < count; ++i) {
      waits.push_back(peer(i).start(wait_one, peer(i).call(open, name), INFINITE));
      await_blocked(peer(i));
    }
    return waits;
  }

  [[nodiscard]] std::size_t still_blocked() const {
    return static_cast<std::size_t>(std::ranges::count_if(peers_, [](const auto& peer) { return is_blocked(*peer); }));
  }

 private:
  std::vector<std::unique_ptr<PeerType>> peers_;
};

// The thread sanitizer sees one process only, not what happens in order between two: there, peers are threads.
#if defined(__SANITIZE_THREAD__)
using Peers = testing::Types<ThreadPeer>;
#define NEEDS_PROCESSES() GTEST_SKIP() << "ThreadSanitizer sees one process only"
#else
using Peers = testing::Types<ThreadPeer, ProcessPeer>;
#define NEEDS_PROCESSES() static_assert(true)
#endif

struct PeerNames {
  template <class Peer>
  static std::string GetName(int) {
    return Peer::kName;
  }
};

// Full state of an object, from the public queries.
testing::AssertionResult is_free(HANDLE mutex);
testing::AssertionResult is_abandoned(HANDLE mutex);
testing::AssertionResult is_owned(HANDLE mutex, pid_t tid, LONG recursion = 1);
testing::AssertionResult is_set(HANDLE event);
testing::AssertionResult is_clear(HANDLE event);
testing::AssertionResult has_count(HANDLE semaphore, LONG count);

// The call failed with `error` and gave `result`. Evaluates the call once, with last error poisoned before.
#define EXPECT_FAILS(call, result, error)                 \
  do {                                                    \
    SetLastError(rtss::test::kUntouchedError);            \
    EXPECT_EQ(call, result);                              \
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(error)); \
  } while (false)

}  // namespace rtss::test
