#include "tools/rtss/doctor/doctor.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "runtime/segment/namespace_path.h"
#include "tools/rtss/doctor/machine.h"
#include "tools/rtss/doctor/namespace_state.h"
#include "tools/rtss/doctor/privileges.h"
#include "tools/rtss/doctor/self_test.h"
#include "tools/rtss/doctor/wine.h"
#include "tools/rtss/support/listing.h"
#include "tools/rtss/support/truncation.h"

namespace rtss::tool {

namespace {

constexpr Column kColumns[] = {
    {"CHECK", "check", "what was looked at"},
    {"RESULT", "severity", "ok, skip (could not be checked), warn or fail"},
    {"FINDING", "finding", "what was found"},
    {"REMEDY", "remedy", "what to do about it"},
};
constexpr const char* kUsual[] = {"CHECK", "RESULT", "FINDING"};

struct Verdict {
  const char* word;
  Tone tone;
};
Verdict verdict_of(Severity severity) {
  switch (severity) {
    case Severity::kOk:
      return {"ok", Tone::kGood};
    case Severity::kSkipped:
      return {"skip", Tone::kFaint};
    case Severity::kWarning:
      return {"warn", Tone::kWarning};
    default:
      return {"fail", Tone::kBad};
  }
}

Listing list(const Findings& findings) {
  Listing listing(kColumns);
  for (const Finding& finding : findings) {
    const Verdict verdict = verdict_of(finding.severity);
    listing.add({{finding.check, finding.check},
                 {verdict.word, verdict.word, verdict.tone},
                 {finding.finding, finding.finding},
                 {finding.remedy, finding.remedy.empty() ? Json(nullptr) : Json(finding.remedy)}});
  }
  return listing;
}

void print_remedies(const Findings& findings) {
  for (const Severity severity : {Severity::kFailure, Severity::kWarning}) {
    for (const Finding& finding : findings) {
      if (finding.severity != severity) continue;
      const Verdict verdict = verdict_of(severity);
      std::cout << toned(verdict.word, verdict.tone) << "  " << finding.check << ": " << finding.remedy << '\n';
    }
  }
}

int count(const Findings& findings, Severity severity) {
  return static_cast<int>(std::ranges::count(findings, severity, &Finding::severity));
}

struct Options {
  ListingOptions listing;
  bool no_live = false;
  std::string root;
};

int run(const Options& options) {
  survive_truncation();
  const SystemFiles files(options.root);
  Findings findings;
  check_privileges(files, findings);
  if (!options.no_live) check_live(findings);
  check_namespace(files, findings);
  check_machine(files, findings);
  check_wine(files, findings);
  const int failures = count(findings, Severity::kFailure);
  const int warnings = count(findings, Severity::kWarning);
  const int result = failures != 0 ? 2 : warnings != 0 ? 1 : 0;
  const Listing listing = list(findings);
  if (options.listing.json) {
    const char* const words[] = {"ok", "warn", "fail"};
    print_json({{"namespace", runtime::selected_namespace()},
                {"result", words[result]},
                {"checks", listing.json(options.listing)}});
    return result;
  }
  listing.print(options.listing, kUsual);
  if (options.listing.raw || !options.listing.columns.empty()) return result;
  std::cout << '\n';
  print_remedies(findings);
  std::cout << (result == 0 ? "" : "\n") << failures << " failed, " << warnings << " warnings, "
            << count(findings, Severity::kSkipped) << " skipped, " << count(findings, Severity::kOk) << " ok\n";
  return result;
}

}  // namespace

void add_doctor(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      *app.add_subcommand("doctor", "Examine this system: will locks be real-time, boosts work, deaths be noticed?");
  add_listing_options(command, options->listing, kColumns);
  command.add_flag("--no-live", options->no_live, "Leave out the self-tests");
  command.add_option("--sysroot", options->root, "Read /proc, /sys and /etc below this directory instead")
      ->type_name("DIRECTORY")
      ->check(CLI::ExistingDirectory);
  command.footer(
      "Changes nothing. Two self-tests run for a moment in a namespace of their own: a mutex owner is killed and its\n"
      "waiter notified; a low owner must get past a spinner of middle level for a high waiter (all on one CPU, for\n"
      "0.3 s at most).\n\n" +
      column_help(kColumns) +
      "\nExamples:\n"
      "  rtss doctor\n"
      "  rtss doctor --json | jq '.checks[] | select(.severity == \"fail\")'\n\n"
      "Exit: 0 all well, 1 warnings, 2 failures, 125 for a wrong option. What was skipped counts as neither.");
  command.callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace rtss::tool
