// What an object remembers of the waits that ended at it.
#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

template <class PeerType>
struct WorstWaitTest : ApiTestWith<PeerType> {
  static std::uint32_t worst(const char* name) {
    const auto object = view().object(name);
    return object ? object->worst_wait_ms : ~0U;
  }

  // Until a peer has been blocked for so long.
  static void await_waited(const Peer& peer, std::uint32_t milliseconds) {
    await("a wait that lasts", [&] {
      const auto thread = view().thread(peer.tid());
      return thread && thread->blocked && inspect::View::waited_ms(thread->since_ms) >= milliseconds;
    });
  }
};
TYPED_TEST_SUITE(WorstWaitTest, Peers, PeerNames);

TYPED_TEST(WorstWaitTest, AHandOffRecordsHowLongItsWaiterWaited) {
  const HANDLE mutex = create_mutex("M", TRUE);
  auto waits = this->let_wait(1, open_mutex, "M");
  EXPECT_EQ(this->worst("M"), 0U);
  this->await_waited(this->peer(0), 30);

  release_mutex(mutex);

  EXPECT_EQ(waits[0].get(), WAIT_OBJECT_0);
  EXPECT_GE(this->worst("M"), 30U);
}

TYPED_TEST(WorstWaitTest, AShorterWaitChangesNothing) {
  const HANDLE event = create_event("E", FALSE, FALSE);
  auto longer = this->let_wait(1, open_event, "E");
  this->await_waited(this->peer(0), 200);
  set_event(event);
  longer[0].get();
  const std::uint32_t before = this->worst("E");

  auto shorter = this->peer(0).start(wait_one, this->peer(0).call(open_event, "E"), INFINITE);
  await_blocked(this->peer(0));
  const std::uint32_t since = view().thread(this->peer(0).tid())->since_ms;
  set_event(event);
  shorter.get();

  if (inspect::View::waited_ms(since) >= before) GTEST_SKIP() << "the machine made the second wait the longer one";
  EXPECT_EQ(this->worst("E"), before);
}

TYPED_TEST(WorstWaitTest, ATimeOutCountsForEveryObjectWaitedFor) {
  const HANDLE mutex = create_mutex("M", TRUE);
  create_event("E", TRUE, FALSE);
  const Handles both{this->peer(0).call(open_mutex, "M"), this->peer(0).call(open_event, "E")};

  EXPECT_EQ(this->peer(0).call(wait_any, both, 50U), DWORD{WAIT_TIMEOUT});

  EXPECT_GE(this->worst("M"), 40U);  // to the kernel's tick
  EXPECT_GE(this->worst("E"), 40U);
  release_mutex(mutex);
}

TYPED_TEST(WorstWaitTest, AWaitForAnyCountsForTheObjectThatEndedIt) {
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE event = create_event("E", TRUE, FALSE);
  const Handles both{this->peer(0).call(open_mutex, "M"), this->peer(0).call(open_event, "E")};
  auto wait = this->peer(0).start(wait_any, both, INFINITE);
  this->await_waited(this->peer(0), 30);

  set_event(event);

  EXPECT_EQ(wait.get(), WAIT_OBJECT_0 + 1);
  EXPECT_GE(this->worst("E"), 30U);
  EXPECT_EQ(this->worst("M"), 0U);
  release_mutex(mutex);
}

TYPED_TEST(WorstWaitTest, AWaitForAllCountsForEachObject) {
  const HANDLE mutex = create_mutex("M", TRUE);
  create_event("E", TRUE, TRUE);
  const Handles both{this->peer(0).call(open_mutex, "M"), this->peer(0).call(open_event, "E")};
  auto wait = this->peer(0).start(wait_all, both, INFINITE);
  this->await_waited(this->peer(0), 30);

  release_mutex(mutex);

  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  EXPECT_GE(this->worst("M"), 30U);
  EXPECT_GE(this->worst("E"), 30U);
}

TYPED_TEST(WorstWaitTest, APollAndAFreeObjectRecordNothing) {
  const HANDLE mutex = create_mutex("M", FALSE);
  wait_one(mutex, INFINITE);

  EXPECT_EQ(this->peer(0).call(wait_one, this->peer(0).call(open_mutex, "M"), 0U), DWORD{WAIT_TIMEOUT});

  EXPECT_EQ(this->worst("M"), 0U);
  release_mutex(mutex);
}

TYPED_TEST(WorstWaitTest, ANewObjectRemembersNothingOfTheLast) {
  const HANDLE first = create_mutex("M", TRUE);
  const std::uint32_t slot = view().object("M")->slot;
  const HANDLE theirs = this->peer(0).call(open_mutex, "M");
  EXPECT_EQ(this->peer(0).call(wait_one, theirs, 30U), DWORD{WAIT_TIMEOUT});
  EXPECT_GE(this->worst("M"), 20U);
  this->peer(0).call(close_handle, theirs);
  release_mutex(first);
  close_handle(first);

  create_mutex("M", FALSE);

  ASSERT_EQ(view().object("M")->slot, slot);
  EXPECT_EQ(this->worst("M"), 0U);
}

}  // namespace
}  // namespace rtss::test
