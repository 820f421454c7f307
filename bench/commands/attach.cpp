// What a process pays for its first call. A fresh process opens a named mutex that another process keeps; a sample is
// the time of that one call.
#include "bench/commands/attach.h"

#include <semaphore.h>
#include <unistd.h>

#include "bench/session/rounds.h"
#include "bench/support/boost_name.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kProcesses = 100;
constexpr std::uint64_t kWarmUp = 2;
constexpr std::chrono::seconds kLongestRun{120};

struct RtMutexes {
  static constexpr const char* kName = "rtapi, RtOpenMutex";
  static constexpr const char* kMutex = "bench attach";
  static void make() { require(RtCreateMutexA(nullptr, FALSE, kMutex) != nullptr, "RtCreateMutex failed"); }
  static void open() { require(RtOpenMutexA(SYNCHRONIZE, FALSE, kMutex) != nullptr, "RtOpenMutex failed"); }
};

struct BoostMutexes {
  static constexpr const char* kName = "Boost named_mutex";
  using Named = boost::interprocess::named_mutex;
  static void make() { static const Named made(boost::interprocess::open_or_create, boost_name.c_str()); }
  static void open() { static const Named opened(boost::interprocess::open_only, boost_name.c_str()); }
};

struct Scene {
  Scene() { require(sem_init(&made, 1, 0) == 0, "sem_init failed"); }
  sem_t made;
  std::uint64_t picoseconds = 0;  // of the latest process's call
};

template <class Mutexes>
void open_in_fresh_processes(const Session& session, Scene& scene, std::uint64_t processes, Recorder& recorder) {
  const Child keeper(kLongestRun, [&] {
    Mutexes::make();
    sem_post(&scene.made);
    while (true) pause();
  });
  while (sem_wait(&scene.made) != 0) continue;
  const Clock& clock = session.clock();
  for (std::uint64_t i = 0; i < kWarmUp + processes; ++i) {
    const std::string failure = Child(kLongestRun, [&] {
                                  const std::uint64_t before = clock.stamp();
                                  Mutexes::open();
                                  scene.picoseconds = clock.picoseconds(before, clock.stamp());
                                }).wait();
    require(failure.empty(), "the first call of a process failed");
    if (i >= kWarmUp) recorder.record(scene.picoseconds, clock.stamp());
  }
}

template <class Mutexes>
RunResult play(const Session& session, std::uint64_t processes) {
  const SharedMemory memory(sizeof(Scene));
  const Samples samples(session.clock(), session.break_above_ps(Mutexes::kName));
  auto& scene = *new (memory.data()) Scene;
  Child run(kLongestRun, [&] {
    require(pin_to_cpu(session.settings().cpus.front()), "cannot pin to the CPU asked for");
    const int priority = session.settings().fifo_priority;
    if (priority > 0) require(enter_fifo(priority), "SCHED_FIFO refused");
    Recorder recorder(samples, session.clock());
    open_in_fresh_processes<Mutexes>(session, scene, processes, recorder);
  });
  RunResult result;
  result.failure = run.wait([&] { session.show_progress(Mutexes::kName, samples.histogram()); });
  result.recorded = samples.recorded(session.clock());
  return result;
}

}  // namespace

Reports measure_attach(const Session& session) {
  Report report = session.begin_report("First call of a process", "mutex");
  report.typical = "run p50";
  const std::uint64_t processes = session.loops(kProcesses);
  report.conditions = {"processes on CPU " + std::to_string(session.settings().cpus.front()) + ", memory not locked, " +
                       session.policy() + ", " + session.rounds() + " of " + std::to_string(processes) + " processes"};
  const BoostName name;
  run_rounds(session,
             {{BoostMutexes::kName, [&] { return play<BoostMutexes>(session, processes); }},
              {RtMutexes::kName, [&] { return play<RtMutexes>(session, processes); }}},
             report);
  session.finish_report(report);
  return {report};
}

}  // namespace rtss::bench
