// Whether one object's cost depends on what else there is: objects, threads that wait, processes.
#include "bench/commands/scale.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>

#include "bench/commands/handoffs.h"
#include "bench/session/in_one_thread.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kRounds = 200;
constexpr std::uint64_t kBatch = 1000;
constexpr std::uint64_t kSingles = 5000;
constexpr std::size_t kStackBytes = std::size_t{64} << 10;  // all of it is locked
constexpr std::chrono::seconds kLongestLife{120};

class Objects {
 public:
  explicit Objects(std::uint32_t number) {
    for (std::uint32_t i = 0; i < number; ++i) {
      const std::string name = "bench other " + std::to_string(i);
      handles_.push_back(RtCreateEventA(nullptr, FALSE, FALSE, name.c_str()));
      require(handles_.back() != nullptr, "RtCreateEvent failed");
    }
  }
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;
  ~Objects() {
    for (const HANDLE handle : handles_) RtCloseHandle(handle);
  }

 private:
  std::vector<HANDLE> handles_;
};

// Threads of this process, all waiting for one event.
class WaitingThreads {
 public:
  explicit WaitingThreads(std::uint32_t number) : go_(RtCreateEventA(nullptr, TRUE, FALSE, nullptr)), threads_(number) {
    require(go_ != nullptr, "RtCreateEvent failed");
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    for (pthread_t& thread : threads_) {
      require(pthread_create(&thread, &attributes, wait_for, go_) == 0, "pthread_create failed");
    }
    pthread_attr_destroy(&attributes);
  }
  WaitingThreads(const WaitingThreads&) = delete;
  WaitingThreads& operator=(const WaitingThreads&) = delete;
  ~WaitingThreads() {
    RtSetEvent(go_);
    for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
    RtCloseHandle(go_);
  }

 private:
  static void* wait_for(void* event) {
    RtWaitForSingleObject(event, INFINITE);
    return nullptr;
  }
  HANDLE go_;
  std::vector<pthread_t> threads_;
};

// Processes that have the namespace and an object of it open.
class Processes {
 public:
  explicit Processes(std::uint32_t number) : ready_memory_(sizeof(std::atomic<std::uint32_t>)) {
    auto& ready = *new (ready_memory_.data()) std::atomic<std::uint32_t>(0);
    for (std::uint32_t i = 0; i < number; ++i) {
      children_.push_back(std::make_unique<Child>(kLongestLife, [&] {
        require(RtCreateEventA(nullptr, FALSE, FALSE, "bench scale event") != nullptr, "RtCreateEvent failed");
        ready.fetch_add(1);
        while (true) pause();
      }));
    }
    const timespec nap{0, 200'000};
    while (ready.load() < number) nanosleep(&nap, nullptr);
  }

 private:
  SharedMemory ready_memory_;
  std::vector<std::unique_ptr<Child>> children_;
};

template <class Company>
std::vector<Task> prepare_in_company(std::uint32_t number) {
  auto company = std::make_shared<Company>(number);
  const HANDLE mutex = RtCreateMutexA(nullptr, FALSE, "bench scale mutex");
  require(mutex != nullptr, "RtCreateMutex failed");
  return {{"", [company, mutex](std::uint64_t times) {
             for (std::uint64_t i = 0; i < times; ++i) {
               require(RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0, "rtapi mutex: wait failed");
               RtReleaseMutex(mutex);
             }
           }}};
}

template <class Company>
Report run(const Session& session, const std::string& title, const std::vector<std::uint32_t>& numbers,
           const std::string& what) {
  Report report = session.begin_report(title, "mutex");
  report.typical = "per pair";
  report.conditions = {"one thread on CPU " + std::to_string(session.settings().cpus.front()) + ", " +
                       session.policy() + ", " + session.rounds() + "; per pair: median over batches of " +
                       std::to_string(kBatch)};
  const Effort effort{session.loops(kRounds), kBatch, session.loops(kSingles)};
  std::vector<Prepare> prepares;
  for (const std::uint32_t number : numbers) {
    session.add_contestant(report, "rtapi mutex among " + std::to_string(number) + what);
    prepares.emplace_back([number] { return prepare_in_company<Company>(number); });
  }
  measure_apart(session, effort, prepares, report);
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_scale(const Session& session) {
  Reports reports;
  reports.push_back(run<Objects>(session, "Take and release of one mutex", {10, 1000, 10000}, " others"));
  if (session.settings().targets_only) return reports;
  reports.push_back(run<WaitingThreads>(session, "Take and release of one mutex, threads waiting", {0, 4, 32, 128},
                                        " waiting threads"));
  reports.push_back(
      run<Processes>(session, "Take and release of one mutex, processes attached", {0, 4, 16, 64}, " other processes"));
  for (Report& report : measure_handoff_in_crowd(session)) reports.push_back(std::move(report));
  return reports;
}

}  // namespace rtss::bench
