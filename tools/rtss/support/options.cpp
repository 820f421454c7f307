#include "tools/rtss/support/options.h"

#include <CLI/App.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>

#include "tools/rtss/support/snapshot.h"

namespace rtss::tool {

namespace {

class UsageFormatter : public CLI::Formatter {
 public:
  explicit UsageFormatter(std::string usage) : usage_("Usage: " + std::move(usage) + "\n") {}
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override { return usage_; }

 private:
  std::string usage_;
};

// The library takes no name for an object of one process alone: of no use here.
std::string refuse_empty(const std::string& name) { return name.empty() ? "a name may not be empty" : std::string(); }

}  // namespace

CLI::Option* add_name(CLI::App& command, std::string& name, const std::string& text) {
  return command.add_option("NAME", name, text)->required()->type_name("")->check(refuse_empty);
}

CLI::Option* add_names(CLI::App& command, std::vector<std::string>& names, const std::string& text) {
  return command.add_option("NAME", names, text)->required()->type_name("")->check(refuse_empty);
}

CLI::Validator seconds_within(double least, double most) {
  const auto refuse = [least, most](const std::string& text) {
    char* end = nullptr;
    const double seconds = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0' && seconds >= least && seconds <= most) return std::string();  // nan is not
    return "\"" + text + "\" is not between " + seconds_text(least) + " and " + seconds_text(most);
  };
  return {refuse, ""};
}

void set_usage(CLI::App& command, const std::string& usage) {
  command.formatter(std::make_shared<UsageFormatter>(usage));
}

CLI::Option* add_wait_option(CLI::App& command, std::optional<double>& seconds) {
  return command
      .add_option_function<double>(
          "-w,--wait", [&seconds](const double& value) { seconds = value; }, "Wait so many seconds at most, 0.25 say")
      ->type_name("SEC")
      ->check(seconds_within(0, 1e9));
}

CLI::Option* add_kind_option(CLI::App& command, Kind& kind) {
  return command
      .add_option_function<std::string>(
          "-t,--type", [&kind](const std::string& word) { kind = kind_of_word(word); },
          "Kind of the object, where names are per kind: mutex, event, semaphore or shm")
      ->type_name("KIND")
      ->check(CLI::IsMember({"mutex", "event", "semaphore", "shm"}).description(""));
}

CLI::Option* add_exclusive_option(CLI::App& command, bool& exclusive) {
  return command.add_flag("-x,--exclusive", exclusive, "It must be new: 75, and no change, if it exists");
}

CLI::Option* add_abandoned_option(CLI::App& command, OnAbandoned& what) {
  static const std::map<std::string, OnAbandoned> kWords = {
      {"run", OnAbandoned::kRun}, {"warn", OnAbandoned::kWarn}, {"fail", OnAbandoned::kFail}};
  return command
      .add_option_function<std::string>(
          "--on-abandoned", [&what](const std::string& word) { what = kWords.at(word); },
          "If the last owner died while it owned the mutex: run, warn and run (default), or fail with 76 and leave it "
          "abandoned")
      ->type_name("run|warn|fail")
      ->check(CLI::IsMember({"run", "warn", "fail"}).description(""));
}

void tell_abandoned(const std::string& what, OnAbandoned reaction) {
  const std::string text = what + ": abandoned: its last owner died while it owned it";
  warn(reaction == OnAbandoned::kFail ? text + "; check what it protects, then take it with --on-abandoned=run"
                                      : text + "; what it protects may be half done");
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", seconds);
  return text;
}

}  // namespace rtss::tool
