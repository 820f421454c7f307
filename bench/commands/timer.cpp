// A periodic wake-up: how late it comes after the intended time. Every period has one sample, measured from its own
// intended time; a period that was over before its wake-up came is served by the next one and counted as missed.
#include "bench/commands/timer.h"

#include <semaphore.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <sstream>

#include "bench/session/levels.h"
#include "bench/session/rounds.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kPeriods = 1000;
constexpr std::uint64_t kFirstAfterNs = 5'000'000;
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kSpareSeconds = 60;
constexpr std::uint64_t kNsPerTick = 100;  // of the calls' times
constexpr int kBracketings = 2000;

struct Schedule {
  std::uint64_t first_ns = 0;  // CLOCK_MONOTONIC
  std::uint64_t interval_ns = 0;
  std::uint64_t periods = 0;

  [[nodiscard]] std::uint64_t due_ns(std::uint64_t period) const { return first_ns + period * interval_ns; }
};

// What a run leaves besides its samples, in shared memory.
struct Tally {
  std::uint64_t missed = 0;
  std::uint64_t early = 0;
  std::uint64_t soonest_at_start_ns = UINT64_MAX;  // smallest error among the first tenth of the periods,
  std::uint64_t soonest_at_end_ns = UINT64_MAX;    // and among the last: a schedule that drifts moves it
};

// Counts periods as wake-ups serve them.
class Served {
 public:
  Served(const Schedule& schedule, const Clock& clock, Recorder& recorder, Tally& tally)
      : schedule_(schedule), clock_(clock), recorder_(recorder), tally_(tally) {}

  // One wake-up at this time serves all periods before `end`.
  void wake_up(std::uint64_t now_ns, std::uint64_t end) {
    end = std::min(end, schedule_.periods);
    if (next_ < end) tally_.missed += end - next_ - 1;
    for (; next_ < end; ++next_) {
      if (now_ns < schedule_.due_ns(next_)) ++tally_.early;
      const std::uint64_t error_ns = now_ns - std::min(now_ns, schedule_.due_ns(next_));
      recorder_.record(error_ns * kPicosecondsPerNanosecond, clock_.stamp());
      note_soonest(error_ns);
    }
  }
  // The same where the caller counts for itself.
  void wake_up(std::uint64_t now_ns) {
    const std::uint64_t since = now_ns - std::min(now_ns, schedule_.first_ns);
    wake_up(now_ns, std::max(since / schedule_.interval_ns + 1, next_ + 1));
  }
  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] bool complete() const { return next_ >= schedule_.periods; }

 private:
  void note_soonest(std::uint64_t error_ns) {
    const std::uint64_t tenth = schedule_.periods / 10 + 1;
    if (next_ < tenth) tally_.soonest_at_start_ns = std::min(tally_.soonest_at_start_ns, error_ns);
    if (next_ + tenth >= schedule_.periods) tally_.soonest_at_end_ns = std::min(tally_.soonest_at_end_ns, error_ns);
  }
  const Schedule& schedule_;
  const Clock& clock_;
  Recorder& recorder_;
  Tally& tally_;
  std::uint64_t next_ = 0;
};

timespec as_timespec(std::uint64_t ns) {
  return {static_cast<time_t>(ns / kNsPerSecond), static_cast<long>(ns % kNsPerSecond)};
}

// What wakes up: each plays the whole schedule in the calling thread or a thread of its own.
struct BareSleep {
  static void play(const Session& session, int /*cpu*/, Schedule schedule, Recorder& recorder, Tally& tally) {
    schedule.first_ns = monotonic_ns() + kFirstAfterNs;
    Served served(schedule, session.clock(), recorder, tally);
    while (!served.complete()) {
      const timespec due = as_timespec(schedule.due_ns(served.next()));
      require(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr) == 0, "clock_nanosleep failed");
      served.wake_up(monotonic_ns());
    }
  }
};

struct Timerfd {
  static void play(const Session& session, int /*cpu*/, Schedule schedule, Recorder& recorder, Tally& tally) {
    const int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    require(descriptor >= 0, "timerfd_create failed");
    schedule.first_ns = monotonic_ns() + kFirstAfterNs;
    const itimerspec plan{as_timespec(schedule.interval_ns), as_timespec(schedule.first_ns)};
    require(timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &plan, nullptr) == 0, "timerfd_settime failed");
    Served served(schedule, session.clock(), recorder, tally);
    while (!served.complete()) {
      std::uint64_t expiries = 0;
      require(read(descriptor, &expiries, sizeof(expiries)) == sizeof(expiries), "timerfd: read failed");
      served.wake_up(monotonic_ns(), served.next() + expiries);
    }
    close(descriptor);
  }
};

// CLOCK_2's time at the zero of CLOCK_MONOTONIC: each reading between two of the latter narrows it down.
std::int64_t clock_offset_ns() {
  std::int64_t low = INT64_MIN;
  std::int64_t high = INT64_MAX;
  for (int i = 0; i < kBracketings; ++i) {
    LARGE_INTEGER time;
    const auto before = static_cast<std::int64_t>(monotonic_ns());
    require(RtGetClockTime(CLOCK_2, &time) != FALSE, "RtGetClockTime failed");
    const auto after = static_cast<std::int64_t>(monotonic_ns());
    const std::int64_t shown = time.QuadPart * static_cast<std::int64_t>(kNsPerTick);
    low = std::max(low, shown - after);
    high = std::min(high, shown + static_cast<std::int64_t>(kNsPerTick) - before);
  }
  return low + (high - low) / 2;
}

struct RtTimer {
  HANDLE handle = nullptr;
  int priority = 0;
  std::unique_ptr<Served> served;
  sem_t done;

  static void play(const Session& session, int cpu, Schedule schedule, Recorder& recorder, Tally& tally) {
    RtTimer self;
    require(sem_init(&self.done, 0, 0) == 0, "sem_init failed");
    self.priority = session.settings().fifo_priority;
    const KAFFINITY processor = KAFFINITY{1} << cpu;
    const auto level = static_cast<ULONG>(self.priority > 0 ? level_of(self.priority) : RT_PRIORITY_MIN);
    self.handle = RtCreateTimerEx(nullptr, 0, on_expiry, &self, level, CLOCK_2, processor);
    require(self.handle != nullptr, "RtCreateTimerEx failed");
    const std::int64_t offset_ns = clock_offset_ns();
    LARGE_INTEGER first;
    LARGE_INTEGER interval;
    require(RtGetClockTime(CLOCK_2, &first) != FALSE, "RtGetClockTime failed");
    first.QuadPart += static_cast<LONGLONG>(kFirstAfterNs / kNsPerTick);
    interval.QuadPart = static_cast<LONGLONG>(schedule.interval_ns / kNsPerTick);
    schedule.first_ns = static_cast<std::uint64_t>(first.QuadPart * static_cast<std::int64_t>(kNsPerTick) - offset_ns);
    self.served = std::make_unique<Served>(schedule, session.clock(), recorder, tally);
    require(RtSetTimer(self.handle, &first, &interval) != FALSE, "RtSetTimer failed");
    while (sem_wait(&self.done) != 0) continue;
    RtDeleteTimer(self.handle);
  }

 private:
  static void RTFCNDCL on_expiry(void* context) {
    const std::uint64_t now_ns = monotonic_ns();
    auto& self = *static_cast<RtTimer*>(context);
    if (self.served->complete()) return;
    if (self.served->next() == 0 && self.priority > 0) {
      require(own_fifo_priority() == self.priority, "the timer's thread has another priority");
    }
    RTSS_TIMER_STATE state{};
    state.Size = sizeof(state);
    require(RtssQueryTimer(self.handle, &state) != FALSE, "RtssQueryTimer failed");
    self.served->wake_up(now_ns, state.Expiries + state.Overruns);
    if (self.served->complete()) sem_post(&self.done);
  }
};

// The worst drift that a run of the contestant showed.
struct Drift {
  std::int64_t worst_ns = 0;
  void note(const Tally& tally) {
    const auto moved =
        static_cast<std::int64_t>(tally.soonest_at_end_ns) - static_cast<std::int64_t>(tally.soonest_at_start_ns);
    if (std::abs(moved) > std::abs(worst_ns)) worst_ns = moved;
  }
};

template <class Sleeper>
RunResult play(const Session& session, const std::string& name, int cpu, const Schedule& schedule, Drift& drift) {
  const std::uint64_t seconds = schedule.periods * schedule.interval_ns / kNsPerSecond + kSpareSeconds;
  const Samples samples(session.clock(), session.break_above_ps(name), seconds);
  const SharedMemory memory(sizeof(Tally));
  auto& tally = *new (memory.data()) Tally;
  Child child(std::chrono::seconds(seconds), [&] {
    require(pin_to_cpu(cpu), "cannot pin to the CPU asked for");
    lock_memory();
    const int priority = session.settings().fifo_priority;
    if (priority > 0) require(enter_fifo(priority), "SCHED_FIFO refused");
    Recorder recorder(samples, session.clock());
    Sleeper::play(session, cpu, schedule, recorder, tally);
  });
  RunResult result;
  result.failure = child.wait([&] { session.show_progress(name, samples.histogram()); });
  result.recorded = samples.recorded(session.clock());
  result.missed_periods = tally.missed;
  if (tally.early > 0) result.refuse("woke up early " + std::to_string(tally.early) + " times");
  if (result.failure.empty()) drift.note(tally);
  return result;
}

std::string missed_and_drift(const Report& report, const std::vector<Drift>& drifts) {
  std::ostringstream line;
  line << "missed periods and drift over a run (smallest error at its end less that at its start):";
  for (std::size_t i = 0; i < drifts.size(); ++i) {
    line << (i == 0 ? " " : "; ") << report.contestants[i].name << ' ' << report.contestants[i].missed_periods << ", "
         << static_cast<double>(drifts[i].worst_ns) / 1000 << " us";
  }
  return line.str();
}

std::string plan_text(const Session& session, const Schedule& schedule) {
  return session.policy() + ", every " + std::to_string(session.settings().interval_us) + " us, " + session.rounds() +
         " of " + std::to_string(schedule.periods) + " periods";
}

// One thread in each of these lanes, all at the same time; the lane is in the contestant's name if there are several.
struct Line {
  const Session& session;
  const Schedule& schedule;
  const std::vector<Lane>& lanes;
  std::vector<Player> players = {};

  template <class Sleeper>
  void add(const char* name, std::vector<Drift>& drifts) {
    for (const Lane& lane : lanes) {
      const std::string full = name + (lanes.size() > 1 ? ", " + lane.name : "");
      Drift& drift = drifts[players.size()];
      players.push_back(
          {full, [this, full, cpu = lane.cpu, &drift] { return play<Sleeper>(session, full, cpu, schedule, drift); },
           lane.cpu});
    }
  }
};

}  // namespace

Reports measure_timer(const Session& session) {
  const bool has_lanes = session.settings().lanes > 0;
  Report report = session.begin_report(std::string("Wake-up of a periodic timer, from the intended time") +
                                           (has_lanes ? ", " + session.lanes_in_words() : ""),
                                       "timer");
  report.typical = "run p50";
  const Schedule schedule{0, session.settings().interval_us * 1000, session.loops(kPeriods)};
  const std::vector<Lane> lanes =
      has_lanes ? session.lanes() : std::vector<Lane>{{0, session.settings().cpus.front(), ""}};
  report.conditions = {(has_lanes ? std::to_string(lanes.size()) + " threads at the same time, each on one CPU, "
                                  : "one thread on CPU " + std::to_string(lanes.front().cpu) + ", ") +
                       plan_text(session, schedule)};
  std::vector<Drift> drifts(3 * lanes.size());
  Line line{session, schedule, lanes};
  line.add<BareSleep>("clock_nanosleep, absolute", drifts);
  line.add<RtTimer>("rtapi timer", drifts);
  line.add<Timerfd>("timerfd", drifts);
  run_rounds(session, line.players, report, lanes.size());
  report.conditions.push_back(missed_and_drift(report, drifts));
  session.finish_report(report);
  Reports reports;
  reports.push_back(std::move(report));
  return reports;
}

}  // namespace rtss::bench
