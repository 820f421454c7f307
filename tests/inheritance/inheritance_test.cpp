#include "tests/inheritance/inheritance_test.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "priority/level.h"
#include "runtime/life/attach.h"
#include "runtime/sync/set_level.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

constexpr int kDirectorPriority = 97;  // steps follow each other promptly on a busy machine

bool set_own_level(int level) { return RtSetThreadPriority(RtGetCurrentThread(), level) != FALSE; }
int get_own_level() { return RtGetThreadPriority(RtGetCurrentThread()); }

// Peers start with whatever their creator runs at.
bool become_ordinary(int nice) {
  const sched_param none{.sched_priority = 0};
  return sched_setscheduler(0, SCHED_OTHER, &none) == 0 &&
         setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice) == 0;
}

testing::AssertionResult failure(const LevelPeer& peer) { return testing::AssertionFailure() << peer.name() << ' '; }

testing::AssertionResult runs_with(const LevelPeer& peer, int policy, long priority) {
  const long runs = kernel_priority(peer.pid(), peer.tid());
  const int has = kernel_policy(peer.tid());
  if (runs == priority && has == policy) return testing::AssertionSuccess();
  return failure(peer) << "runs at " << runs << " with policy " << has << " instead of " << priority << " with policy "
                       << policy;
}

}  // namespace

runtime::Inheritance setting() { return view().info().inheritance; }

namespace {

// Field `number` of a thread's stat, counted from 1; empty when there is no such thread.
std::string stat_field(pid_t pid, pid_t tid, int number) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 2));  // from field 3 on
  std::string field;
  for (int i = 3; i <= number; ++i) fields >> field;
  return field;
}

}  // namespace

long kernel_priority(pid_t pid, pid_t tid) {
  const std::string field = stat_field(pid, tid, 18);
  return field.empty() ? 0 : std::stol(field);
}

bool is_asleep(const LevelPeer& peer) { return stat_field(peer.pid(), peer.tid(), 3) == "S"; }

int kernel_policy(pid_t tid) { return sched_getscheduler(tid); }

int linux_priority_of(int level) { return priority::linux_priority(view().info().window, level); }

// This program links the runtime a second time, beside the library: to the namespace that is one process more.
// The sanitizer takes the address of the second copy's thread-local for null.
__attribute__((no_sanitize("null"))) testing::AssertionResult set_level_of(const LevelPeer& peer, int level) {
  auto& self = runtime::self_state;
  if (runtime::enter(self) != runtime::Status::kOk) return failure(peer) << "cannot be reached: not attached";
  const auto thread = view().thread(peer.tid());
  if (!thread) return failure(peer) << "is not known";
  const auto& segment = runtime::attachment.view;
  const runtime::Identity identity = segment.threads[thread->slot].identity.load();
  if (runtime::set_level(segment, self, identity, level) == runtime::Status::kOk) return testing::AssertionSuccess();
  return failure(peer) << "was refused level " << level;
}

LevelPeer::LevelPeer(Peer& peer, int level, std::function<void()> end)
    : peer_(peer), name_(level == kNoLevel ? "ordinary" : "p" + std::to_string(level)), end_(std::move(end)) {
  becomes_ordinary(0);
  if (level != kNoLevel) sets_level(level);
}

void LevelPeer::takes(const char* mutex) {
  EXPECT_EQ(peer_.call(wait_one, this->mutex(mutex), INFINITE), static_cast<DWORD>(WAIT_OBJECT_0))
      << name_ << " takes " << mutex;
}

void LevelPeer::releases(const char* mutex) { EXPECT_TRUE(peer_.call(release_mutex, this->mutex(mutex))) << name_; }

void LevelPeer::waits_for_any(std::initializer_list<const char*> objects, DWORD milliseconds) {
  peer_.start(wait_any, handles(objects), milliseconds);
  await_asleep(peer_);
}

void LevelPeer::waits_for_all(std::initializer_list<const char*> objects, DWORD milliseconds) {
  peer_.start(wait_all, handles(objects), milliseconds);
  await_asleep(peer_);
}

void LevelPeer::sets_level(int level) { EXPECT_TRUE(peer_.call(set_own_level, level)) << name_; }
void LevelPeer::becomes_ordinary(int nice) { EXPECT_TRUE(peer_.call(become_ordinary, nice)) << name_; }

void LevelPeer::dies() {
  const pid_t tid = peer_.tid();
  end_();
  await("the dead are swept", [tid] { return !view().thread(tid); });
}

testing::AssertionResult LevelPeer::owns(const char* mutex) const {
  const auto object = view().object(mutex);
  if (object && object->owner_tid == tid() && object->owner_pid == pid()) return testing::AssertionSuccess();
  return failure(*this) << "does not own " << mutex << ", " << (object ? object->owner_tid : 0) << " does";
}

testing::AssertionResult LevelPeer::runs_at(int level) const {
  const auto kernel = runs_with(*this, SCHED_FIFO, -1 - linux_priority_of(level));
  if (!kernel || setting() == runtime::Inheritance::kOff) return kernel;
  // The folded value is right; the level that queues go by is one of 128.
  const auto thread = view().thread(tid());
  if (thread && thread->effective_level == level) return kernel;
  return failure(*this) << "has effective level " << (thread ? thread->effective_level : -2) << " instead of " << level;
}

testing::AssertionResult LevelPeer::runs_ordinarily(int nice) const { return runs_with(*this, SCHED_OTHER, 20 + nice); }

testing::AssertionResult LevelPeer::is_waiting() const {
  if (is_blocked(peer_)) return testing::AssertionSuccess();
  return failure(*this) << "does not wait";
}

testing::AssertionResult LevelPeer::reports_level(int level) {
  const int reported = peer_.call(get_own_level);
  if (reported == level) return testing::AssertionSuccess();
  return failure(*this) << "reports level " << reported << " instead of " << level;
}

testing::AssertionResult LevelPeer::wakes_with(DWORD result) {
  const DWORD returned = Pending<DWORD>(peer_).get();
  if (returned == result) return testing::AssertionSuccess();
  return failure(*this) << "returned " << returned << " instead of " << result;
}

HANDLE LevelPeer::create_mutex_for(Name name) { return create_mutex(name, FALSE); }
HANDLE LevelPeer::create_event_for(Name name) { return create_event(name, FALSE, FALSE); }
HANDLE LevelPeer::create_semaphore_for(Name name) { return create_semaphore(name, 1, 1); }

HANDLE LevelPeer::handle(const char* name, HANDLE (*create)(Name)) {
  const auto [entry, is_new] = handles_.try_emplace(name, nullptr);
  if (is_new) entry->second = peer_.call(create, Name(name));
  EXPECT_NE(entry->second, nullptr) << name;
  return entry->second;
}

// E... is an event, S... a semaphore, everything else a mutex.
Handles LevelPeer::handles(std::initializer_list<const char*> objects) {
  Handles handles;
  for (const char* name : objects) {
    handles.add(*name == 'E' ? event(name) : *name == 'S' ? semaphore(name) : mutex(name));
  }
  return handles;
}

testing::AssertionResult nobody_owns(const char* mutex) {
  const auto object = view().object(mutex);
  if (!object || object->owner_tid == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << object->owner_tid << " owns " << mutex;
}

testing::AssertionResult are_queued(const char* object, std::initializer_list<const LevelPeer*> peers) {
  const auto queue = view().object(object);
  if (queue && std::ranges::equal(queue->waiters, peers, {}, &inspect::Waiter::tid, &LevelPeer::tid)) {
    return testing::AssertionSuccess();
  }
  auto result = testing::AssertionFailure() << object << " is queued for by";
  if (queue) {
    for (const auto& waiter : queue->waiters) result << ' ' << waiter.tid << '@' << waiter.level;
  }
  result << " instead of";
  for (const LevelPeer* peer : peers) result << ' ' << peer->tid() << '=' << peer->name();
  return result;
}

void require_inheritance(runtime::Inheritance wanted) {
  if (!realtime_is_permitted()) GTEST_SKIP() << "needs real-time privilege";
  become_fifo(kDirectorPriority);
  if (setting() != wanted && setting() != runtime::Inheritance::kOff) GTEST_SKIP() << "of another setting";
}

void report_mismatch(const char* file, int line, const char* message) {
  if (setting() == runtime::Inheritance::kOff) {
    std::printf("    without inheritance, line %d: %s\n", line, message);
  } else {
    ADD_FAILURE_AT(file, line) << message;
  }
}

}  // namespace rtss::test
