#include "tests/crash/bystanders.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "platform/robust_lock.h"
#include "tests/support/observe.h"

namespace rtss::test {
namespace {

constexpr DWORD kTimeoutMs = 10;

std::uint64_t now_us() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

struct Timed {
  DWORD result;
  std::uint64_t us;
};

Timed time_one(HANDLE handle) {
  const std::uint64_t start = now_us();
  const DWORD result = RtWaitForSingleObject(handle, kTimeoutMs);
  return {result, now_us() - start};
}

Timed time_all(Handles handles) {
  const std::uint64_t start = now_us();
  const DWORD result = RtWaitForMultipleObjects(handles.count, handles.items, TRUE, kTimeoutMs);
  return {result, now_us() - start};
}

std::uint64_t beyond_timeout(std::uint64_t us) {
  constexpr std::uint64_t kAsked = kTimeoutMs * 1000;
  return us < kAsked ? 0 : us - kAsked;
}

bool is_held_by(const platform::RobustLock& lock, const Peer& peer) {
  const std::uint32_t tid = lock.observe() & platform::RobustLock::kTidMask;
  return tid != 0 && std::filesystem::exists("/proc/" + std::to_string(peer.pid()) + "/task/" + std::to_string(tid));
}

}  // namespace

Bystanders::Bystanders(Scene& scene)
    : scene_(scene), actor_(scene.peer()), owner_(scene.peer()), heir_(scene.peer()), leaver_(scene.peer()) {
  first_ = actor_.call(create_event, "bystanders' first", FALSE, FALSE);
  second_ = actor_.call(create_event, "bystanders' second", FALSE, FALSE);
  owner_.call(create_mutex, "bystanders' mutex", TRUE);
  mutex_ = heir_.call(open_mutex, "bystanders' mutex");
  leaver_.call(open_event, "bystanders' first");
}

void Bystanders::expect_undisturbed(ProcessPeer& stopped) {
  const ProcessPeer* const all[] = {&actor_, &owner_, &heir_, &leaver_};
  for (const ProcessPeer* const peer : all) peer->signal(SIGCONT);
  const runtime::Header& header = *scene_.view().segment().header;
  held_ = {.names = is_held_by(header.namespace_lock, stopped), .all = is_held_by(header.all_lock, stopped)};

  expect_waits_to_end(held_->all);
  expect_a_death_to_be_swept();
  expect_an_exit_to_end();
  auto creation = actor_.start(create_event, "bystanders' third", FALSE, FALSE);
  if (held_->names) {
    await("a creation waits for the namespace lock", [&] {
      return creation.done() || (header.namespace_lock.observe() & platform::RobustLock::kWaitersBit) != 0;
    });
    EXPECT_FALSE(creation.done());
  }
  HANDLE third = held_->names ? nullptr : creation.get();
  EXPECT_TRUE(is_stopped(stopped));

  stopped.kill();
  if (held_->names) third = creation.get();
  EXPECT_NE(third, nullptr);
  for (const HANDLE handle : {first_, second_, third}) EXPECT_TRUE(actor_.call(close_handle, handle));
  EXPECT_TRUE(heir_.call(close_handle, mutex_));
}

void Bystanders::expect_waits_to_end(bool all_is_held) {
  const Handles both{first_, second_};
  const Timed one = actor_.call(time_one, first_);
  const Timed all = actor_.call(time_all, both);
  EXPECT_EQ(one.result, WAIT_TIMEOUT);
  EXPECT_EQ(all.result, WAIT_TIMEOUT);
  figures_.wait = beyond_timeout(one.us);
  figures_.wait_all = beyond_timeout(all.us);
  for (const HANDLE event : {first_, second_}) EXPECT_TRUE(actor_.call(set_event, event));
  EXPECT_EQ(actor_.call(wait_all, both, 0U), all_is_held ? WAIT_TIMEOUT : WAIT_OBJECT_0);
  EXPECT_EQ(actor_.call(wait_one, first_, 0U), all_is_held ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
}

void Bystanders::expect_a_death_to_be_swept() {
  auto wait = heir_.start(wait_one, mutex_, INFINITE);
  scene_.await_blocked(heir_);
  const std::uint64_t start = now_us();
  owner_.signal(SIGKILL);
  EXPECT_EQ(wait.get(), WAIT_ABANDONED);
  figures_.sweep = now_us() - start;
  EXPECT_TRUE(heir_.call(release_mutex, mutex_));
}

void Bystanders::expect_an_exit_to_end() {
  const std::uint64_t start = now_us();
  leaver_.start(end_in_order);
  await("a process exits", [&] { return has_ended(leaver_); });
  figures_.exit = now_us() - start;
}

}  // namespace rtss::test
