#include "tools/rtss/doctor/check.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/open_selected.h"
#include "tools/rtss/support/snapshot.h"

namespace rtss::tool {

namespace {

enum Verdict : int { kConsistent = 0, kUnrepaired = 1, kDamaged = 2 };

struct Result {
  Verdict verdict;
  std::vector<std::string> findings;  // what stayed
  std::size_t passing;                // what was seen at first, and passed
  std::uint32_t unswept;
};

// While others work, a look meets operations half-way. What is still there after so many looks is not an operation.
Result examine(const inspect::View& view) {
  constexpr int kLooks = 40;
  constexpr auto kPause = std::chrono::milliseconds(25);
  Result result{};
  result.findings = inspect::inconsistencies(view.segment());
  const std::size_t first = result.findings.size();
  for (int look = 1; look < kLooks && !result.findings.empty(); ++look) {
    std::this_thread::sleep_for(kPause);
    const auto again = inspect::inconsistencies(view.segment());
    std::erase_if(result.findings, [&](const std::string& line) { return std::ranges::count(again, line) == 0; });
  }
  result.passing = first - result.findings.size();
  result.unswept = view.info().unswept;
  result.verdict = result.findings.empty() ? kConsistent : result.unswept != 0 ? kUnrepaired : kDamaged;
  return result;
}

const char* verdict_word(Verdict verdict) {
  switch (verdict) {
    case kConsistent:
      return "consistent";
    case kUnrepaired:
      return "unrepaired";
    default:
      return "damaged";
  }
}

const char* explanation(Verdict verdict) {
  switch (verdict) {
    case kConsistent:
      return "every cache agrees with what it is rebuilt from, and every word is one of its states";
    case kUnrepaired:
      return "threads or processes died and are not swept yet; a running member does so within moments, otherwise the "
             "next program that uses the namespace does. If this stays while one runs, a process is stopped inside "
             "the library (a debugger?)";
    default:
      return "no thread is dead, so nothing will repair this: a process wrote where it should not, or is stopped "
             "inside the library (a debugger?). End the programs that use the namespace, then remove its file";
  }
}

int run(bool json) {
  const auto view = open_selected("check");
  if (!view) return kTrouble;
  const Result result = examine(*view);
  if (json) {
    print_json({{"namespace", runtime::selected_namespace()},
                {"path", view->path()},
                {"verdict", verdict_word(result.verdict)},
                {"explanation", explanation(result.verdict)},
                {"unswept", result.unswept},
                {"passing", result.passing},
                {"findings", result.findings}});
    return result.verdict;
  }
  const Tone tone = result.verdict == kConsistent ? Tone::kGood : Tone::kBad;
  std::cout << view->path() << ": " << toned(verdict_word(result.verdict), tone) << "\n  "
            << explanation(result.verdict) << '\n';
  for (const std::string& finding : result.findings) std::cout << "  * " << finding << '\n';
  if (result.passing != 0) {
    std::cout << "  (" << result.passing << " more were operations under way, and passed)\n";
  }
  return result.verdict;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto json = std::make_shared<bool>(false);
  CLI::App& command = *app.add_subcommand("check", "Examine a namespace for inconsistencies, and explain them");
  command.add_flag("-J,--json", *json, "Print JSON");
  command.footer(
      "Only looks. Where no program lives, those that have ended are not reported: the next one sweeps them. In a "
      "namespace at work it looks again, for a second at most, and reports what stays.\n\n"
      "Verdicts and exit codes:\n"
      "  0  consistent\n"
      "  1  unrepaired: left half-done by the dead, or the dead are not swept although a living process would do it\n"
      "  2  damaged: nothing will repair it\n"
      "  125  the namespace cannot be read, or a wrong option");
  command.callback([json, &exit_code] { exit_code = run(*json); });
}

}  // namespace rtss::tool
