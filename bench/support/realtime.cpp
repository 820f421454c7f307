#include "bench/support/realtime.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

#include "bench/support/own_namespace.h"

namespace rtss::bench {
namespace {

constexpr int kSecondMs = 1000;

int open_pidfd(int pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

[[noreturn]] void leave(const std::string& what, int exit_code) {
  end_abruptly();
  std::fprintf(stderr, "rtss-bench: %s\n", what.c_str());
  std::fflush(nullptr);
  _exit(exit_code);
}

}  // namespace

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return {0};
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

bool pin_to_cpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  return pthread_setaffinity_np(pthread_self(), sizeof(set), &set) == 0;
}

bool enter_fifo(int linux_priority) {
  sched_param parameters{};
  parameters.sched_priority = linux_priority;
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
}

bool lock_memory() { return mlockall(MCL_CURRENT | MCL_FUTURE) == 0; }

bool is_asleep(int thread) {
  std::ifstream stat("/proc/" + std::to_string(thread) + "/stat");
  std::string line;
  std::getline(stat, line);
  const std::size_t name_ends = line.rfind(')');
  return name_ends != std::string::npos && line.compare(name_ends, 3, ") S") == 0;
}

void bound_lifetime(std::chrono::seconds limit) {
  for (const int signal_number : {SIGALRM, SIGINT, SIGTERM, SIGHUP, SIGWINCH}) std::signal(signal_number, SIG_DFL);
  alarm(static_cast<unsigned>(limit.count()));  // 0: none
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

CpuLatencyHold::CpuLatencyHold() : descriptor_(open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC)) {
  const std::int32_t microseconds = 0;
  if (descriptor_ >= 0 && write(descriptor_, &microseconds, sizeof(microseconds)) != sizeof(microseconds)) {
    close(descriptor_);
    descriptor_ = -1;
  }
}

CpuLatencyHold::~CpuLatencyHold() {
  if (descriptor_ >= 0) close(descriptor_);
}

Child::Child(std::chrono::seconds limit, const std::function<void()>& body) {
  std::cout.flush();
  std::fflush(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) fail(std::string("fork: ") + std::strerror(errno));
  if (pid_ > 0) return;
  bound_lifetime(limit);
  if (getppid() != parent || interrupted())
    _exit(1);  // no parent waits for it; or the signal came before its default action was back
  body();
  std::cout.flush();
  std::fflush(nullptr);
  _exit(0);
}

std::string Child::wait(const EachSecond& each_second) {
  if (each_second) {
    pollfd end = {open_pidfd(pid_), POLLIN, 0};
    while (poll(&end, 1, kSecondMs) <= 0) {
      if (interrupted()) interrupt();
      each_second();
    }
    close(end.fd);
  }
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return std::string("waitpid: ") + std::strerror(errno);
  }
  pid_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  if (WIFSIGNALED(status)) return std::string("measuring process ended by ") + strsignal(WTERMSIG(status));
  return "measuring process failed with exit code " + std::to_string(WEXITSTATUS(status));
}

void Child::interrupt() const {
  if (pid_ > 0) ::kill(pid_, SIGINT);
}

void Child::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  static_cast<void>(wait());
}

Child::~Child() { kill(); }

std::string wait_for_all(std::span<const std::unique_ptr<Child>> children, const EachSecond& each_second) {
  std::vector<pollfd> ends;
  for (const auto& child : children) ends.push_back({open_pidfd(child->pid()), POLLIN, 0});
  std::string failure;
  for (std::size_t running = children.size(); running > 0;) {
    if (poll(ends.data(), ends.size(), each_second ? kSecondMs : -1) <= 0) {
      if (interrupted()) {
        for (const auto& child : children) child->interrupt();
      }
      if (each_second) each_second();
      continue;
    }
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].revents == 0) continue;
      close(ends[i].fd);
      ends[i].fd = -1;  // poll ignores it from now on
      ends[i].revents = 0;
      --running;
      const std::string what = children[i]->wait();
      if (what.empty() || !failure.empty()) continue;
      failure = what;
      for (const auto& child : children) child->kill();
    }
  }
  return failure;
}

SharedMemory::SharedMemory(std::size_t bytes)
    : data_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)),
      bytes_(bytes) {
  if (data_ == MAP_FAILED) fail(std::string("mmap: ") + std::strerror(errno));
}

SharedMemory::~SharedMemory() { munmap(data_, bytes_); }

void fail(const std::string& what) { leave(what, 1); }
void refuse_usage(const std::string& what) { leave(what, kUsage); }

}  // namespace rtss::bench
