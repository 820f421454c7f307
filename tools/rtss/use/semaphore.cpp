// rtss sem
#include "tools/rtss/use/semaphore.h"

#include <CLI/App.hpp>
#include <cstdint>
#include <limits>
#include <memory>

#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"

namespace rtss::tool {

namespace {

constexpr LONG kMost = std::numeric_limits<LONG>::max();

struct SemaphoreOptions {
  std::string name;
  LONG initial = 0;
  std::optional<LONG> maximum;
  bool exclusive = false;
  LONG count = 1;
  std::optional<double> seconds;
};

constexpr const char* kFooter =
    "  rtss sem create --initial 4 --max 4 workers   at most four at a time; stays until \"rtss remove workers\"\n"
    "  rtss sem wait -w 10 workers                   take a unit; only you give it back\n"
    "  rtss sem release=2 workers                    give two back\n"
    "\n"
    "Exit status: 0 done; 75 timed out (wait), or it existed (create -x); 125 usage, or an error of rtss, no such\n"
    "semaphore, say, or more units than its maximum.\n";

int create(const SemaphoreOptions& options) {
  const LONG maximum = options.maximum.value_or(kMost);
  if (options.initial > maximum) return trouble(in_quotes(options.name) + ": --initial is more than --max");
  const Handle semaphore(RtCreateSemaphoreA(nullptr, options.initial, maximum, options.name.c_str()));
  const DWORD error = RtGetLastError();
  RTSS_SEMAPHORE_STATE state{.Size = sizeof state, .CurrentCount = 0, .MaximumCount = 0};
  if (semaphore && error == ERROR_ALREADY_EXISTS && !options.exclusive && options.maximum &&
      RtssQuerySemaphore(semaphore.get(), &state) != FALSE && state.MaximumCount != maximum) {
    return trouble(in_quotes(options.name) + ": exists already, with a maximum of " +
                   std::to_string(state.MaximumCount) + "; leave out --max, or \"rtss remove\" it");
  }
  return conclude_creation({options.name, "RtCreateSemaphore", options.exclusive}, semaphore.get(), error);
}

int release(const SemaphoreOptions& options) {
  const auto opened = open_kind(options.name, Kind::kSemaphore);
  if (!opened) return kTrouble;
  if (RtReleaseSemaphore(opened->handle.get(), options.count, nullptr) != FALSE) return kDone;
  return failed(options.name, "RtReleaseSemaphore", RtGetLastError());
}

int take(const SemaphoreOptions& options) {
  const auto opened = open_kind(options.name, Kind::kSemaphore);
  if (!opened) return kTrouble;
  ULARGE_INTEGER timeout = timeout_of(options.seconds);
  const DWORD result = RtWaitForSingleObjectEx(opened->handle.get(), &timeout);
  if (result == WAIT_FAILED) return failed(options.name, "RtWaitForSingleObject", RtGetLastError());
  return result == WAIT_TIMEOUT ? kBusy : kDone;
}

CLI::App* add_command(CLI::App& semaphore, const std::shared_ptr<SemaphoreOptions>& options, int& exit_code,
                      const char* word, const char* text, int (*run)(const SemaphoreOptions&)) {
  CLI::App* const command = semaphore.add_subcommand(word, text);
  add_name(*command, options->name, "The semaphore");
  command->callback([options, run, &exit_code] { exit_code = run(*options); });
  return command;
}

}  // namespace

void add_semaphore(CLI::App& app, int& exit_code) {
  CLI::App* const semaphore = app.add_subcommand("sem", "Make a semaphore, release units, wait for one");
  semaphore->require_subcommand(1);
  semaphore->footer(kFooter);
  auto options = std::make_shared<SemaphoreOptions>();
  CLI::App* const make =
      add_command(*semaphore, options, exit_code, "create",
                  "Make a semaphore that stays until it is removed; one that exists keeps its count", create);
  make->add_option("-i,--initial", options->initial, "Units at the start; 0 unless given")
      ->check(CLI::Range(0, kMost).description(""));
  make->add_option("-m,--max", options->maximum, "Most units it can have; 2147483647 unless given")
      ->check(CLI::Range(1, kMost).description(""));
  add_exclusive_option(*make, options->exclusive);
  CLI::App* const give = add_command(*semaphore, options, exit_code, "release",
                                     "Release units, all or none: \"release=3\" or \"release --count 3\"", release);
  give->add_option("-c,--count", options->count, "How many; 1 unless given")
      ->check(CLI::Range(1, kMost).description(""));
  CLI::App* const wait = add_command(*semaphore, options, exit_code, "wait", "Wait for a unit and take it", take);
  add_wait_option(*wait, options->seconds);
}

}  // namespace rtss::tool
