// Scripts for peers named by level, one step at a time, owner and effective priority asserted after each.
//
//   auto& p10 = this->peer_at(10);
//   auto& p20 = this->peer_at(20);
//   p10.takes("M");
//   p20.waits_for("M");
//   THEN(p10.owns("M"), p10.runs_at(20), p20.runs_at(20));
//
// What a thread runs at is read from the kernel. The program runs once more in a namespace made with inheritance off:
// there every test must come to a THEN that does not hold, else it would pass without inheritance and prove
// nothing.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {

// The namespace's setting, as RTSS_INHERITANCE made it.
runtime::Inheritance setting();

// Field 18 of /proc/PID/task/TID/stat: -1 - SCHED_FIFO priority, or 20 + nice. 0: there is no such thread.
long kernel_priority(pid_t pid, pid_t tid);
// SCHED_OTHER, SCHED_FIFO, ...; -1: there is no such thread.
int kernel_policy(pid_t tid);
// Asleep in the kernel, for whatever reason.
bool is_asleep(const class LevelPeer& peer);
// The SCHED_FIFO priority that stands for a level in this namespace.
int linux_priority_of(int level);

class LevelPeer {
 public:
  static constexpr int kNoLevel = -1;  // ordinary scheduling, until it takes a level

  LevelPeer(Peer& peer, int level, std::function<void()> end);

  // Steps. waits_...() returns when the peer is asleep in the wait.
  void takes(const char* mutex);
  void releases(const char* mutex);
  void waits_for(const char* object, DWORD milliseconds = INFINITE) { waits_for_any({object}, milliseconds); }
  void waits_for_any(std::initializer_list<const char*> objects, DWORD milliseconds = INFINITE);
  void waits_for_all(std::initializer_list<const char*> objects, DWORD milliseconds = INFINITE);
  void sets_level(int level);
  void becomes_ordinary(int nice);
  void dies();  // a process is killed, a thread is cancelled; returns when everything it left is swept

  // Whatever else: a call that returns at once, with handles of the peer's own.
  template <class Function, class... Arguments>
  auto does(Function function, const Arguments&... arguments) {
    return peer_.call(function, arguments...);
  }
  template <class Function, class... Arguments>
  auto starts(Function function, const Arguments&... arguments) {
    return peer_.start(function, arguments...);
  }
  HANDLE mutex(const char* name) { return handle(name, create_mutex_for); }
  HANDLE event(const char* name) { return handle(name, create_event_for); }
  HANDLE semaphore(const char* name) { return handle(name, create_semaphore_for); }  // one unit

  // For THEN. wakes_with() is also a step: the wait under way has ended or will.
  [[nodiscard]] testing::AssertionResult owns(const char* mutex) const;
  [[nodiscard]] testing::AssertionResult runs_at(int level) const;
  [[nodiscard]] testing::AssertionResult runs_ordinarily(int nice) const;
  [[nodiscard]] testing::AssertionResult is_waiting() const;
  [[nodiscard]] testing::AssertionResult reports_level(int level);
  [[nodiscard]] testing::AssertionResult wakes_with(DWORD result);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] pid_t pid() const { return peer_.pid(); }
  [[nodiscard]] pid_t tid() const { return peer_.tid(); }
  [[nodiscard]] Peer& peer() { return peer_; }

 private:
  static HANDLE create_mutex_for(Name name);
  static HANDLE create_event_for(Name name);
  static HANDLE create_semaphore_for(Name name);
  HANDLE handle(const char* name, HANDLE (*create)(Name));
  Handles handles(std::initializer_list<const char*> objects);

  Peer& peer_;
  std::string name_;
  std::function<void()> end_;
  std::map<std::string, HANDLE> handles_;
};

// Sets the level of a peer from outside, while it waits for instance.
testing::AssertionResult set_level_of(const LevelPeer& peer, int level);

testing::AssertionResult nobody_owns(const char* mutex);
// The queue of an object, next to be served first.
testing::AssertionResult are_queued(const char* object, std::initializer_list<const LevelPeer*> peers);

template <class PeerType>
class LevelTest : public ApiTestWith<PeerType> {
 protected:
  void SetUp() override {
    ApiTestWith<PeerType>::SetUp();
    // Attached, so that the namespace exists and a process sweeps peers that end.
    ASSERT_NE(RtGetThreadPriority(RtGetCurrentThread()), THREAD_PRIORITY_ERROR_RETURN);
  }

  void TearDown() override {
    level_peers_.clear();
    ApiTestWith<PeerType>::TearDown();
  }

  LevelPeer& peer_at(int level) {
    PeerType& peer = this->peer(level_peers_.size());
    level_peers_.push_back(std::make_unique<LevelPeer>(peer, level, [&peer] { peer.end(); }));
    return *level_peers_.back();
  }

 private:
  std::vector<std::unique_ptr<LevelPeer>> level_peers_;
};

template <class PeerType>
class InheritanceTest : public LevelTest<PeerType> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // What this test is about; with inheritance off all of them run.
  [[nodiscard]] virtual runtime::Inheritance wanted_setting() const { return runtime::Inheritance::kTiered; }

  // False ends the test. With inheritance off that is what must happen.
  bool all_hold(const char* file, int line, std::initializer_list<testing::AssertionResult> results);

 private:
  bool broke_ = false;
};

#define THEN(...) \
  if (!this->all_hold(__FILE__, __LINE__, {__VA_ARGS__})) return

void require_inheritance(runtime::Inheritance wanted);
void report_mismatch(const char* file, int line, const char* message);

template <class PeerType>
void InheritanceTest<PeerType>::SetUp() {
  LevelTest<PeerType>::SetUp();
  require_inheritance(wanted_setting());
}

template <class PeerType>
void InheritanceTest<PeerType>::TearDown() {
  LevelTest<PeerType>::TearDown();
  if (testing::Test::IsSkipped() || setting() != runtime::Inheritance::kOff) return;
  EXPECT_TRUE(broke_) << "holds without inheritance: it proves nothing";
}

template <class PeerType>
bool InheritanceTest<PeerType>::all_hold(const char* file, int line,
                                         std::initializer_list<testing::AssertionResult> results) {
  for (const auto& result : results) {
    if (result) continue;
    broke_ = true;
    report_mismatch(file, line, result.message());
    return false;
  }
  return true;
}

}  // namespace rtss::test
