// Peers: other actors of a test, each a thread of this process or a process of its own, driven step by step by one
// test body. A peer runs one call at a time; a call may be started, and its result taken later.
//
//   TypeParam peer;
//   const HANDLE mutex = peer.call(open_mutex, "M");
//   auto waiting = peer.start(wait_one, mutex, INFINITE);
//   await_blocked(peer);
//   ...
//   EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
//
// Functions cross to the peer by address: plain functions, or lambdas that capture nothing, with trivially copyable
// parameters. State that both sides need lives in the arena. Handles are process-relative: each peer opens its own.
#pragma once

#include <pthread.h>
#include <sys/types.h>

#include <cstdint>
#include <type_traits>

#include "tests/support/invocation.h"

namespace rtss::test {

// Last error before every call of a peer: one that reads otherwise was set by the call.
inline constexpr std::uint32_t kUntouchedError = 0xDEAD;

class Peer;

template <class Result>
class Pending {
 public:
  explicit Pending(Peer& peer) : peer_(&peer) {}
  Result get();  // waits for the call to end
  [[nodiscard]] bool done() const;

 private:
  Peer* peer_;
};

class Peer {
 public:
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  template <class Function, class... Arguments>
  auto start(Function function, const Arguments&... arguments) {
    return start_call(+function, arguments...);
  }
  template <class Function, class... Arguments>
  auto call(Function function, const Arguments&... arguments) {
    return start(function, arguments...).get();
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] pid_t tid() const { return tid_; }
  [[nodiscard]] std::uint32_t last_error() const { return last_error_; }  // after the latest call

  [[nodiscard]] bool answered() const;                    // the call under way has ended
  bool take_answer(std::byte* result, std::size_t size);  // false: the peer ended in it

 protected:
  Peer() = default;
  ~Peer() = default;

  // Makes the two ends of the line and returns the peer's.
  int open_line();
  void close_line();
  void learn_identity();
  [[nodiscard]] bool busy() const { return busy_; }

 private:
  template <class Result, class... Parameters>
  Pending<Result> start_call(Result (*function)(Parameters...), const std::type_identity_t<Parameters>&... arguments) {
    send(make_command<Result, Parameters...>(function, arguments...));
    return Pending<Result>(*this);
  }
  void send(const Command& command);

  int line_ = -1;
  bool busy_ = false;
  pid_t pid_ = 0;
  pid_t tid_ = 0;
  std::uint32_t last_error_ = 0;
};

template <class Result>
Result Pending<Result>::get() {
  if constexpr (std::is_void_v<Result>) {
    peer_->take_answer(nullptr, 0);
  } else {
    Result result{};
    peer_->take_answer(reinterpret_cast<std::byte*>(&result), sizeof result);
    return result;
  }
}

template <class Result>
bool Pending<Result>::done() const {
  return peer_->answered();
}

class ThreadPeer : public Peer {
 public:
  ThreadPeer();
  ~ThreadPeer() { end(); }

  // The thread ends with whatever it owns: cancelled when a call is under way, otherwise by returning.
  void end();
  void await_end();  // for a peer that ends itself

  static constexpr const char* kName = "thread";

 private:
  static void* run(void* descriptor);
  int descriptor_;  // the thread's end of the line; not its own to close, as it may be cancelled anywhere
  pthread_t thread_{};
  bool alive_ = false;
};

class ProcessPeer : public Peer {
 public:
  ProcessPeer();
  ~ProcessPeer();

  // SIGKILL; returns when the process and all its threads are gone.
  void end();
  void await_end();
  void kill() const;                   // SIGKILL, if it has not ended by itself
  [[nodiscard]] bool is_gone() const;  // and all its threads; the leader alone may have left by pthread_exit
  void signal(int number) const;

  static constexpr const char* kName = "process";

 private:
  int pidfd_ = -1;
  bool alive_ = false;
};

// Runs calls until the line is closed. Body of every peer.
void serve(int descriptor);

}  // namespace rtss::test
