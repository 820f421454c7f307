// Native programs and programs of Windows under Wine, on the same mutex: both run the code of bench/wine/court.c.
#include "bench/commands/wine.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bench/session/rounds.h"
#include "bench/support/environment.h"
#include "bench/wine/court.h"

namespace rtss::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLongestRun{120};
constexpr std::uint64_t kHandoffs = 2000;
constexpr std::uint64_t kWarmUpFraction = 10;
constexpr std::uint64_t kBatches = 200;
constexpr LONG kPairs = 1000;
constexpr LONG kPairsOfWine = 10;  // each is some calls of Wine's server
constexpr std::uint64_t kMostLoops = 1'000'000;
constexpr double kMostKeptTurns = 0.1;

enum class Kind : std::uint8_t { kNative, kNativeWithGsBase, kWindows };

// False also where this process may not look.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// Beside rtss-bench in the build tree.
fs::path windows_program() {
  constexpr const char* kName = "rtss-bench-windows.exe";
  const fs::path own = own_folder();
  const fs::path beside = own / kName;
  return is_there(beside) ? beside : own / RTSS_BENCH_WINDOWS_FROM_BIN / kName;
}

fs::path wine_prefix() {
  const char* const chosen = std::getenv("WINEPREFIX");
  const char* const home = std::getenv("HOME");
  return chosen != nullptr ? fs::path(chosen) : fs::path(home == nullptr ? "/" : home) / ".wine";
}

[[noreturn]] void become_windows_program(std::vector<std::string> words) {
  setenv("WINEDEBUG", "-all", 0);
  words.insert(words.begin(), {"wine", windows_program()});
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(arguments.front(), arguments.data());
  fail("cannot start wine");
}

// Wine's server and services, which the first program starts: not pinned, not real-time, and not once for each run.
class Wine {
 public:
  Wine() {
    int ends[2];
    require(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
    process_.emplace(kNoLimit, [&] {
      dup2(ends[1], STDOUT_FILENO);
      become_windows_program({"stay"});
    });
    close(ends[1]);
    constexpr int kLimitMs = 60'000;
    pollfd said{ends[0], POLLIN, 0};
    char letter = 0;
    is_here_ = poll(&said, 1, kLimitMs) == 1 && read(ends[0], &letter, 1) == 1;
    close(ends[0]);
  }
  [[nodiscard]] bool is_here() const { return is_here_; }

 private:
  std::optional<Child> process_;
  bool is_here_ = false;
};

// Empty: Windows programs can be measured here.
std::string obstacle(const Session& session, std::uint64_t loops) {
  if (!is_installed("wine")) return "Wine is not installed";
  if (!is_there(windows_program())) return "rtss-bench-windows.exe is not installed (package librtapi-wine)";
  if (!is_there(wine_prefix() / "system.reg")) return "no Wine prefix in " + wine_prefix().string() + ": run wineboot";
  if (session.clock().source() != std::string("processor counter"))
    return "a Windows program needs a processor counter of constant rate";
  if (loops > kMostLoops) return "more than " + std::to_string(kMostLoops) + " values in a run";
  return "";
}

// One run: what its processes do, and how its values are to be read.
struct Run {
  std::string court;  // of this run alone
  LONG values = 0;    // of all sides
  LONG sides = 1;
  std::uint64_t per_value = 1;  // operations in a value
};

// Takes the values out of the court once they are there. A process of its own, as the asking one has no part in the
// namespace.
void collect(const Session& session, const Run& run, const Samples& samples, std::uint64_t& kept) {
  const court_values opened = court_open(run.court.c_str(), run.values);
  require(opened.first != nullptr, "no shared memory for the values");
  opened.court->watched = 1;
  for (LONG side = 0; side < run.sides; ++side)
    require(RtWaitForSingleObject(opened.done, INFINITE) == WAIT_OBJECT_0, "the wait for the values failed");
  kept = static_cast<std::uint64_t>(opened.court->kept);
  std::vector<court_value> values(opened.first, opened.first + run.values);
  std::erase_if(values, [](const court_value& value) { return value.at == 0; });  // turns that were kept
  std::ranges::sort(values, {}, &court_value::at);
  Recorder recorder(samples, session.clock());
  for (const court_value& value : values) {
    const std::uint64_t took = session.clock().picoseconds(0, static_cast<std::uint64_t>(value.ticks));
    recorder.record(took / run.per_value, static_cast<std::uint64_t>(value.at));
  }
}

using Body = std::function<void()>;

RunResult play(const Session& session, const std::string& contestant, const Run& run, const std::vector<Body>& sides) {
  const Samples samples(session.clock(), session.break_above_ps(contestant));
  const SharedMemory kept_turns(sizeof(std::uint64_t));
  auto& kept = *static_cast<std::uint64_t*>(kept_turns.data());
  std::vector<std::unique_ptr<Child>> children;
  children.push_back(std::make_unique<Child>(kLongestRun, [&] { collect(session, run, samples, kept); }));
  for (const Body& side : sides) {
    children.push_back(std::make_unique<Child>(kLongestRun, [&] {
      require(pin_to_cpu(session.settings().cpus.front()), "cannot pin to the CPU asked for");
      lock_memory();
      if (session.settings().fifo_priority > 0) require(enter_fifo(session.settings().fifo_priority), "no SCHED_FIFO");
      side();
    }));
  }
  RunResult result{.failure = wait_for_all(children, [&] { session.show_progress(contestant, samples.histogram()); }),
                   .recorded = samples.recorded(session.clock())};
  if (static_cast<double>(kept) > kMostKeptTurns * static_cast<double>(run.values)) {
    result.refuse("took its own turn back " + std::to_string(kept) + " times: not a hand-off",
                  session.settings().fifo_priority == 0 ? Fault::kConditions : Fault::kContestant);
  }
  return result;
}

std::string next_court() {
  static int number = 0;
  return "bench court " + std::to_string(++number);
}

const char* word_of(court_mutex mutex) { return mutex == kMutexOfWindows ? "wine" : "ours"; }

Body rally_side(Kind kind, const std::string& court, LONG side, LONG warm_up, LONG handoffs, court_mutex mutex) {
  if (kind == Kind::kWindows) {
    return [=] {
      become_windows_program(
          {"rally", court, std::to_string(side), std::to_string(warm_up), std::to_string(handoffs), word_of(mutex)});
    };
  }
  return [=] {
    if (kind == Kind::kNativeWithGsBase) require(court_set_gs_base() == 0, "no base for segment GS");
    require(court_rally(court.c_str(), side, warm_up, handoffs, mutex) == 0, "a call of the rally failed");
  };
}

Body pairs_side(Kind kind, const std::string& court, LONG batches, LONG in_a_batch, court_mutex mutex) {
  if (kind == Kind::kWindows) {
    return [=] {
      become_windows_program({"pairs", court, std::to_string(batches), std::to_string(in_a_batch), word_of(mutex)});
    };
  }
  return [=] { require(court_pairs(court.c_str(), batches, in_a_batch, mutex) == 0, "a call of the pairs failed"); };
}

Player rally(const Session& session, const std::string& name, Kind first, Kind second, court_mutex mutex = kOurMutex) {
  const auto handoffs = static_cast<LONG>(session.loops(kHandoffs));
  const LONG warm_up = handoffs / static_cast<LONG>(kWarmUpFraction) + 1;
  return {name, [&session, name, first, second, mutex, handoffs, warm_up] {
            const Run run{.court = next_court(), .values = kCourtSides * handoffs, .sides = kCourtSides};
            return play(session, name, run,
                        {rally_side(first, run.court, 0, warm_up, handoffs, mutex),
                         rally_side(second, run.court, 1, warm_up, handoffs, mutex)});
          }};
}

Player pairs(const Session& session, const std::string& name, Kind kind, court_mutex mutex, LONG in_a_batch) {
  const auto batches = static_cast<LONG>(session.loops(kBatches));
  return {name, [&session, name, kind, mutex, in_a_batch, batches] {
            const Run run{
                .court = next_court(), .values = batches, .per_value = static_cast<std::uint64_t>(in_a_batch)};
            return play(session, name, run, {pairs_side(kind, run.court, batches, in_a_batch, mutex)});
          }};
}

Report measure(const Session& session, const std::string& title, const std::string& conditions,
               const std::string& why_not, const std::vector<Player>& players) {
  Report report = session.begin_report(title + ", Windows programs", "mutex");
  report.typical = "run p50";
  report.conditions = {"processes on CPU " + std::to_string(session.settings().cpus.front()) + ", " + session.policy() +
                       ", " + session.rounds() + " of " + conditions};
  if (why_not.empty()) {
    run_rounds(session, players, report);
  } else {
    for (const Player& player : players) {
      session.add_contestant(report, player.name);
      report.contestants.back().failure = why_not;
      report.contestants.back().unfit = true;
    }
  }
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_wine(const Session& session) {
  using enum Kind;
  std::string why_not = obstacle(session, std::max(session.loops(kHandoffs), session.loops(kBatches)));
  std::optional<Wine> wine;
  if (why_not.empty() && !wine.emplace().is_here())
    why_not = "a Windows program does not start: see rtss doctor, line wine";
  const std::string handoffs = "2 x " + std::to_string(session.loops(kHandoffs)) + " hand-offs";
  const std::string batches = std::to_string(session.loops(kBatches)) + " batches; a value is the mean of " +
                              std::to_string(kPairs) + " pairs, " + std::to_string(kPairsOfWine) + " of Wine's";
  return {measure(session, "Take and release of a free mutex", batches, why_not,
                  {pairs(session, "rtapi, native program", kNative, kOurMutex, kPairs),
                   pairs(session, "rtapi, Windows program", kWindows, kOurMutex, kPairs),
                   pairs(session, "Wine's named mutex", kWindows, kMutexOfWindows, kPairsOfWine)}),
          measure(session, "Hand-off of a mutex", handoffs, why_not,
                  {rally(session, "rtapi, two native programs", kNative, kNative),
                   rally(session, "rtapi, two native programs, one with a GS base", kNative, kNativeWithGsBase),
                   rally(session, "rtapi, native and Windows program", kNative, kWindows),
                   rally(session, "rtapi, two Windows programs", kWindows, kWindows),
                   rally(session, "Wine's named mutex, two Windows programs", kWindows, kWindows, kMutexOfWindows)})};
}

}  // namespace rtss::bench
