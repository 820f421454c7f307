#include "tests/support/fork_server.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>
#include <vector>

namespace rtss::test {
namespace {

int control = -1;  // the test program's end
pid_t server_pid = 0;
const pid_t program = getpid();  // of the test program, in its peers too

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// A byte, and room for one descriptor.
struct Request {
  Request() {
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control_data;
    message.msg_controllen = sizeof control_data;
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  char byte = 'f';
  iovec data{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) char control_data[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
};

void send_descriptor(int socket, int descriptor) {
  Request request;
  cmsghdr* header = CMSG_FIRSTHDR(&request.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  if (sendmsg(socket, &request.message, MSG_NOSIGNAL) != 1) fail("request to the fork server");
}

// -1 when the other end is closed.
int receive_descriptor(int socket) {
  Request request;
  if (recvmsg(socket, &request.message, MSG_CMSG_CLOEXEC) <= 0) return -1;
  const cmsghdr* header = CMSG_FIRSTHDR(&request.message);
  if (header == nullptr) return -1;
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

// A namespace of this program, any user's, or shared memory of one.
bool is_own_file(std::string_view file) {
  const std::string name = '-' + namespace_name();
  const std::size_t at = file.find(name);
  if (!file.starts_with("rtss-") || at == std::string_view::npos) return false;
  const std::string_view rest = file.substr(at + name.size());
  return rest.empty() || rest.front() == '-' || rest.front() == '.';
}

void unlink_namespaces() {
  DIR* directory = opendir("/dev/shm");
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    if (is_own_file(entry->d_name)) unlinkat(dirfd(directory), entry->d_name, 0);
  }
  closedir(directory);
}

class ForkServer {
 public:
  ForkServer(int socket, void (*body)(int)) : socket_(socket), body_(body) {}

  void run() {
    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_signal, &peer_mask_);
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigaction(SIGCHLD, &action, nullptr);
    while (serve_one()) reap(WNOHANG);
    for (const pid_t pid : peers_) kill(pid, SIGKILL);
    while (!peers_.empty()) reap(0);
    unlink_namespaces();
  }

 private:
  bool serve_one() {
    pollfd request{.fd = socket_, .events = POLLIN, .revents = 0};
    if (ppoll(&request, 1, nullptr, &peer_mask_) < 0) return true;  // a peer has ended
    const int descriptor = receive_descriptor(socket_);
    if (descriptor < 0) return false;
    const pid_t server = getpid();
    const pid_t pid = fork();
    if (pid == 0) become_peer(server, descriptor);
    close(descriptor);
    if (pid > 0) peers_.push_back(pid);
    return send(socket_, &pid, sizeof pid, MSG_NOSIGNAL) == sizeof pid;
  }

  [[noreturn]] void become_peer(pid_t server, int descriptor) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != server) _exit(1);
    close(socket_);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    sigprocmask(SIG_SETMASK, &peer_mask_, nullptr);
    body_(descriptor);
    _exit(0);
  }

  void reap(int options) {
    for (;;) {
      const pid_t pid = waitpid(-1, nullptr, options);
      if (pid <= 0) {
        if (options == 0) peers_.clear();
        return;
      }
      std::erase(peers_, pid);
    }
  }

  int socket_;
  void (*body_)(int);
  sigset_t peer_mask_{};
  std::vector<pid_t> peers_;
};

}  // namespace

void start_fork_server(void (*body)(int)) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair for the fork server");
  server_pid = fork();
  if (server_pid < 0) fail("fork of the fork server");
  if (server_pid == 0) {
    setpgid(0, 0);            // a terminal's interrupt goes to the test program only
    signal(SIGHUP, SIG_IGN);  // sent when the program ends while a peer is stopped: the group has lost its last parent
    close(ends[0]);
    ForkServer(ends[1], body).run();
    _exit(0);
  }
  close(ends[1]);
  control = ends[0];
}

void stop_fork_server() {
  close(control);
  waitpid(server_pid, nullptr, 0);
}

pid_t fork_from_server(int descriptor) {
  static std::mutex one_request;
  const std::lock_guard guard(one_request);
  send_descriptor(control, descriptor);
  pid_t pid = -1;
  if (recv(control, &pid, sizeof pid, 0) != sizeof pid || pid <= 0) fail("process peer");
  return pid;
}

std::string namespace_name(const std::string& suffix) {
  std::string name = "test" + std::to_string(program);
  if (!suffix.empty()) name += '-' + suffix;
  return name;
}

std::string namespace_file(const std::string& name) {
  return "/dev/shm/rtss-" + std::to_string(geteuid()) + '-' + name;
}

}  // namespace rtss::test
