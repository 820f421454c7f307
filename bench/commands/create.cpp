#include "bench/commands/create.h"

#include <array>
#include <memory>

#include "bench/session/in_one_thread.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr std::array<std::uint32_t, 3> kOthers = {10, 1000, 10000};
constexpr std::uint64_t kRounds = 50;
constexpr std::uint64_t kBatch = 100;
constexpr std::uint64_t kSingles = 2000;
constexpr std::uint32_t kNames = 64;  // names taken in turn, so that no one place in the tables decides

using Operation = void (*)(const std::string& name);

void create_and_close(const std::string& name) {
  const HANDLE handle = RtCreateMutexA(nullptr, FALSE, name.c_str());
  require(handle != nullptr, "RtCreateMutex failed");
  RtCloseHandle(handle);
}

void open_and_close(const std::string& name) {
  const HANDLE handle = RtOpenMutexA(SYNCHRONIZE, FALSE, name.c_str());
  require(handle != nullptr, "RtOpenMutex failed");
  RtCloseHandle(handle);
}

// The others, and the subjects unless the operation itself creates them.
class Population {
 public:
  Population(std::uint32_t others, bool with_subjects) : subjects_(kNames, nullptr) {
    for (std::uint32_t i = 0; i < others; ++i) {
      const std::string name = "bench other " + std::to_string(i);
      others_.push_back(RtCreateEventA(nullptr, FALSE, FALSE, name.c_str()));
      require(others_.back() != nullptr, "RtCreateEvent failed");
    }
    for (std::uint32_t i = 0; i < kNames; ++i) {
      names_.push_back("bench subject " + std::to_string(i));
      if (!with_subjects) continue;
      subjects_[i] = RtCreateMutexA(nullptr, FALSE, names_[i].c_str());
      require(subjects_[i] != nullptr, "RtCreateMutex failed");
    }
  }
  Population(const Population&) = delete;
  Population& operator=(const Population&) = delete;
  ~Population() {
    for (const HANDLE other : others_) RtCloseHandle(other);
    for (const HANDLE subject : subjects_) {
      if (subject != nullptr) RtCloseHandle(subject);
    }
  }
  void apply(Operation operation, std::uint64_t times) const {
    for (std::uint64_t i = 0; i < times; ++i) operation(names_[i % kNames]);
  }

 private:
  std::vector<HANDLE> others_;
  std::vector<std::string> names_;
  std::vector<HANDLE> subjects_;
};

std::vector<Task> prepare_among(std::uint32_t others, Operation operation) {
  auto population = std::make_shared<Population>(others, operation != create_and_close);
  return {{"", [population, operation](std::uint64_t times) { population->apply(operation, times); }}};
}

Report run(const Session& session, const std::string& title, Operation operation) {
  Report report = session.begin_report(title, "mutex");
  report.typical = "each";
  report.conditions = {"one thread on CPU " + std::to_string(session.settings().cpus.front()) + ", " +
                       session.policy() + "; each: median over batches of " + std::to_string(kBatch)};
  const Effort effort{session.loops(kRounds), kBatch, session.loops(kSingles)};
  std::vector<Prepare> prepares;
  for (const std::uint32_t others : kOthers) {
    session.add_contestant(report, "rtapi mutex among " + std::to_string(others) + " others");
    prepares.emplace_back([others, operation] { return prepare_among(others, operation); });
  }
  measure_apart(session, effort, prepares, report);
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_create(const Session& session) {
  Reports reports;
  reports.push_back(run(session, "Create and close of a named mutex", create_and_close));
  reports.push_back(run(session, "Open and close of a named mutex", open_and_close));
  return reports;
}

}  // namespace rtss::bench
