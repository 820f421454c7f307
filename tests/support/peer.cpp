#include "tests/support/peer.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "rtapi.h"
#include "tests/support/fork_server.h"
#include "tests/support/watchdog.h"

namespace rtss::test {
namespace {

struct Identity {
  pid_t pid;
  pid_t tid;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

bool receive(int line, void* message, std::size_t size) {
  return recv(line, message, size, 0) == static_cast<ssize_t>(size);
}

}  // namespace

void serve(int descriptor) {
  const Identity identity{.pid = getpid(), .tid = gettid()};
  if (::send(descriptor, &identity, sizeof identity, MSG_NOSIGNAL) < 0) return;
  Command command;
  while (receive(descriptor, &command, sizeof command)) {
    Answer answer{};
    SetLastError(kUntouchedError);
    command.run(command.arguments.data(), answer.result.data());
    answer.last_error = GetLastError();
    if (::send(descriptor, &answer, sizeof answer, MSG_NOSIGNAL) < 0) return;
  }
}

int Peer::open_line() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair for a peer");
  line_ = ends[0];
  return ends[1];
}

void Peer::close_line() {
  if (line_ >= 0) close(line_);
  line_ = -1;
}

void Peer::learn_identity() {
  Identity identity{};
  if (!receive(line_, &identity, sizeof identity)) fail("identity of a peer");
  pid_ = identity.pid;
  tid_ = identity.tid;
}

void Peer::send(const Command& command) {
  if (busy_) {
    std::fputs("a peer was given a call while another is under way\n", stderr);
    std::abort();
  }
  busy_ = true;
  if (::send(line_, &command, sizeof command, MSG_NOSIGNAL) < 0) ADD_FAILURE() << "call to a peer that has ended";
}

bool Peer::answered() const {
  pollfd answer{.fd = line_, .events = POLLIN, .revents = 0};
  return poll(&answer, 1, 0) > 0;
}

bool Peer::take_answer(std::byte* result, std::size_t size) {
  const Awaiting awaiting("a peer's call returns");
  Answer answer;
  if (!receive(line_, &answer, sizeof answer)) {
    ADD_FAILURE() << "the peer ended during a call";
    return false;
  }
  busy_ = false;
  last_error_ = answer.last_error;
  if (size != 0) std::memcpy(result, answer.result.data(), size);
  return true;
}

void* ThreadPeer::run(void* descriptor) {
  serve(*static_cast<const int*>(descriptor));
  return nullptr;
}

ThreadPeer::ThreadPeer() : descriptor_(open_line()) {
  if (pthread_create(&thread_, nullptr, run, &descriptor_) != 0) fail("thread peer");
  alive_ = true;
  learn_identity();
}

void ThreadPeer::end() {
  if (!alive_) return;
  if (busy()) pthread_cancel(thread_);
  close_line();
  await_end();
}

void ThreadPeer::await_end() {
  const Awaiting awaiting("a thread peer ends");
  pthread_join(thread_, nullptr);
  close_line();
  close(descriptor_);
  alive_ = false;
}

ProcessPeer::ProcessPeer() {
  const int descriptor = open_line();
  const pid_t pid = fork_from_server(descriptor);
  close(descriptor);
  learn_identity();
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd_ < 0) fail("pidfd_open of a peer");
  alive_ = true;
}

ProcessPeer::~ProcessPeer() {
  end();
  close(pidfd_);
}

void ProcessPeer::end() {
  if (!alive_) return;
  kill();
  await_end();
}

void ProcessPeer::await_end() {
  const Awaiting awaiting("a process peer ends");
  pollfd ended{.fd = pidfd_, .events = POLLIN, .revents = 0};
  while (poll(&ended, 1, -1) != 1) continue;
  close_line();
  alive_ = false;
}

void ProcessPeer::kill() const { syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0); }

bool ProcessPeer::is_gone() const {
  pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
  return poll(&end, 1, 0) > 0;
}

void ProcessPeer::signal(int number) const {
  if (syscall(SYS_pidfd_send_signal, pidfd_, number, nullptr, 0) != 0) ADD_FAILURE() << "signal to a process peer";
}

}  // namespace rtss::test
