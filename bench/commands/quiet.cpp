// What processes cost that have opened an object and do nothing: the processor time of all their threads, the library's
// helpers included, in each second. Beside them one process that is busy, and processes that opened a Boost mutex.
#include "bench/commands/quiet.h"

#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "bench/session/rounds.h"
#include "bench/support/boost_name.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kWindowMs = 1000;
constexpr std::uint64_t kNsPerMs = 1'000'000;
constexpr std::uint64_t kMsPerSecond = 1000;
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr timespec kSettle{0, 200'000'000};
constexpr std::chrono::seconds kSpare{120};

struct Scene {
  Scene() { require(sem_init(&ready, 1, 0) == 0, "sem_init failed"); }
  sem_t ready;                 // posted by each process
  std::uint64_t wake_ups = 0;  // of all threads, in all windows
};

void burn(const Session& session) {
  require(pin_to_cpu(session.settings().cpus.front()), "cannot pin to the CPU asked for");
  const int priority = session.settings().fifo_priority;
  if (priority > 0) require(enter_fifo(priority), "SCHED_FIFO refused");
}

void open_event(const Session& /*session*/) {
  require(RtCreateEventA(nullptr, FALSE, FALSE, "bench quiet") != nullptr, "RtCreateEvent failed");
}

void open_boost_mutex(const Session& /*session*/) {
  static const boost::interprocess::named_mutex opened(boost::interprocess::open_or_create, boost_name.c_str());
}

struct Crowd {
  const char* name;
  std::uint32_t processes;
  void (*begin)(const Session& session);
  bool is_busy;
};

constexpr Crowd kBusy = {"one busy process", 1, burn, true};
constexpr Crowd kFewOurs = {"rtapi, 10 processes", 10, open_event, false};
constexpr Crowd kOurs = {"rtapi, 500 processes", 500, open_event, false};
constexpr Crowd kBoost = {"Boost named_mutex, 500 processes", 500, open_boost_mutex, false};

std::uint64_t processor_ns(int process) {
  clockid_t clock{};
  timespec time{};
  require(clock_getcpuclockid(process, &clock) == 0 && clock_gettime(clock, &time) == 0, "a process has ended");
  return static_cast<std::uint64_t>(time.tv_sec) * kNsPerSecond + static_cast<std::uint64_t>(time.tv_nsec);
}

// How often its threads were given a processor. One that was not has made no system call either.
std::uint64_t wake_ups(int process) {
  std::uint64_t sum = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::ifstream status(task.path() / "status");
    for (std::string word; status >> word;) {
      std::uint64_t times = 0;
      if (word.ends_with("voluntary_ctxt_switches:") && status >> times) sum += times;
    }
  }
  return sum;
}

struct Spent {
  std::uint64_t ns_per_second = 0;
  std::uint64_t wake_ups = 0;
};

// The clocks are read nearer to the window than the files, which take longer. A window lasts until it is looked at.
Spent spend_window(const std::vector<std::unique_ptr<Child>>& children, std::uint64_t window_ns) {
  const timespec window{static_cast<time_t>(window_ns / kNsPerSecond), static_cast<long>(window_ns % kNsPerSecond)};
  const auto sum = [&](std::uint64_t (*of)(int process)) {
    std::uint64_t all = 0;
    for (const auto& child : children) all += of(child->pid());
    return all;
  };
  const std::uint64_t wake_ups_before = sum(wake_ups);
  const std::uint64_t begin_ns = monotonic_ns();
  const std::uint64_t ns_before = sum(processor_ns);
  nanosleep(&window, nullptr);
  const std::uint64_t ns = sum(processor_ns) - ns_before;
  const double lasted_ns = static_cast<double>(monotonic_ns() - begin_ns);
  return {static_cast<std::uint64_t>(static_cast<double>(ns) / lasted_ns * static_cast<double>(kNsPerSecond)),
          sum(wake_ups) - wake_ups_before};
}

void watch(const Session& session, const Crowd& crowd, std::uint64_t window_ms, Scene& scene, Recorder& recorder) {
  std::vector<std::unique_ptr<Child>> children;
  for (std::uint32_t i = 0; i < crowd.processes; ++i) {
    children.push_back(std::make_unique<Child>(kNoLimit, [&] {
      crowd.begin(session);
      sem_post(&scene.ready);
      while (!crowd.is_busy) pause();
      while (true) static_cast<void>(session.clock().stamp());
    }));
  }
  for (std::uint32_t i = 0; i < crowd.processes; ++i) {
    while (sem_wait(&scene.ready) != 0) continue;
  }
  nanosleep(&kSettle, nullptr);
  const Spent spent = spend_window(children, window_ms * kNsPerMs);
  scene.wake_ups += spent.wake_ups;
  recorder.record(spent.ns_per_second * kPicosecondsPerNanosecond, session.clock().stamp());
  for (const auto& child : children) child->interrupt();  // all at once; then they are waited for
}

RunResult play(const Session& session, const Crowd& crowd, std::uint64_t window_ms, std::uint64_t& wake_ups) {
  const SharedMemory memory(sizeof(Scene));
  const Samples samples(session.clock(), session.break_above_ps(crowd.name));
  auto& scene = *new (memory.data()) Scene;
  Child run(std::chrono::seconds(window_ms / kMsPerSecond) + kSpare, [&] {
    Recorder recorder(samples, session.clock());
    watch(session, crowd, window_ms, scene, recorder);
  });
  RunResult result;
  result.failure = run.wait([&] { session.show_progress(crowd.name, samples.histogram()); });
  result.recorded = samples.recorded(session.clock());
  wake_ups += scene.wake_ups;
  return result;
}

}  // namespace

Reports measure_quiet(const Session& session) {
  std::vector<Crowd> crowds = {kBusy, kOurs, kBoost};
  if (!session.settings().targets_only) crowds.insert(crowds.begin() + 1, kFewOurs);
  const std::uint64_t window_ms = session.loops(kWindowMs);
  Report report = session.begin_report("Processor time of idle processes in a second", "event");
  report.typical = "run p50";
  report.may_be_zero = true;
  report.conditions = {"idle processes with one handle each, on all CPUs, SCHED_OTHER; the busy one on CPU " +
                       std::to_string(session.settings().cpus.front()) + ", " + session.policy() + ", " +
                       session.rounds() + " of " + std::to_string(window_ms) + " ms"};
  std::vector<std::uint64_t> wake_ups(crowds.size());
  std::vector<Player> players;
  for (std::size_t i = 0; i < crowds.size(); ++i) {
    players.push_back({crowds[i].name, [&, i] { return play(session, crowds[i], window_ms, wake_ups[i]); }});
  }
  const BoostName name;
  run_rounds(session, players, report);
  std::string line = "wake-ups of their threads, in all runs:";
  for (std::size_t i = 1; i < crowds.size(); ++i) {
    line += (i == 1 ? " " : "; ") + std::string(crowds[i].name) + ' ' + std::to_string(wake_ups[i]);
  }
  report.conditions.push_back(line);
  session.finish_report(report);
  return {report};
}

}  // namespace rtss::bench
