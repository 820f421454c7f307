// Puts the calling thread or process into the state that an honest measurement needs, says what was refused, and
// sees to it that nothing real-time outlives its purpose.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rtss::bench {

std::vector<int> allowed_cpus();
bool pin_to_cpu(int cpu);             // calling thread
bool enter_fifo(int linux_priority);  // calling thread; false when the privilege is missing
bool lock_memory();
bool is_asleep(int thread);  // waits in the kernel, on whatever

// SIGALRM after the given time ends the process, and so does its parent's death: a spinner at real-time priority
// cannot hold a CPU for longer. Without a limit only the parent's death ends it, which is for what is not real-time.
inline constexpr std::chrono::seconds kNoLimit{0};
void bound_lifetime(std::chrono::seconds limit);

// Keeps the CPUs out of deep idle states as long as it lives, where /dev/cpu_dma_latency may be written.
class CpuLatencyHold {
 public:
  CpuLatencyHold();
  CpuLatencyHold(const CpuLatencyHold&) = delete;
  CpuLatencyHold& operator=(const CpuLatencyHold&) = delete;
  ~CpuLatencyHold();
  [[nodiscard]] bool held() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

using EachSecond = std::function<void()>;  // called about once a second while children are waited for

// Runs body in a child process with bound_lifetime. wait() returns empty when the child ended well; otherwise what
// happened to it. Once interrupted(), a wait with each_second interrupts the child, whose samples so far remain. The
// child leaves with _exit: no destructor of the parent runs twice.
class Child {
 public:
  Child(std::chrono::seconds limit, const std::function<void()>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();
  [[nodiscard]] std::string wait(const EachSecond& each_second = {});
  void kill();             // with SIGKILL; returns once it is gone
  void interrupt() const;  // with SIGINT
  [[nodiscard]] int pid() const { return pid_; }

 private:
  int pid_;
};

// Waits for children that need each other. When one fails the others are killed; empty when all ended well.
std::string wait_for_all(std::span<const std::unique_ptr<Child>> children, const EachSecond& each_second = {});

// Memory shared with children made later, zeroed.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t bytes);
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();
  [[nodiscard]] void* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return bytes_; }

 private:
  void* data_;
  std::size_t bytes_;
};

inline constexpr int kUsage = 125;                        // as of rtss
[[noreturn]] void refuse_usage(const std::string& what);  // reports it and leaves the process with kUsage

// Reports and leaves the process: a measuring child has no caller to return an error to.
[[noreturn]] void fail(const std::string& what);
inline void require(bool condition, const char* what) {
  if (!condition) [[unlikely]]
    fail(what);
}

}  // namespace rtss::bench
