// rtss wait: for one of several objects, or for all of them at once.
#include "tools/rtss/use/wait.h"

#include <CLI/App.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"

namespace rtss::tool {

namespace {

struct WaitOptions {
  std::vector<std::string> names;
  Kind kind = Kind::kFree;
  bool all = false;
  std::optional<double> seconds;
  OnAbandoned on_abandoned = OnAbandoned::kWarn;
};

constexpr const char* kFooter =
    "Waits until one of the objects is signaled, and takes it: an event is set (and cleared by this, if it resets\n"
    "itself), a semaphore has a unit (which is taken), a mutex is free (it is taken and released again). With several\n"
    "names it prints the one that ended the wait. --all takes nothing until everything can be taken at once.\n"
    "The objects must exist: make an event that another program will set with \"rtss event create\" first.\n"
    "\n"
    "  rtss event create --manual ready; ./controller & rtss wait -w 10 ready && ./client\n"
    "  case $(rtss wait done failed) in done) ...;; failed) ...;; esac\n"
    "\n"
    "Exit status: 0 taken; 75 timed out, nothing was taken; 76 a mutex was abandoned, with --on-abandoned=fail;\n"
    "125 usage, or an error of rtss.\n";

bool is_abandoned(DWORD result) { return result >= WAIT_ABANDONED_0 && result < WAIT_ABANDONED_0 + MAX_WFMO; }

// Which objects the wait took: one, or all.
std::vector<std::size_t> taken(const WaitOptions& options, DWORD result) {
  if (!options.all) return {result - (is_abandoned(result) ? WAIT_ABANDONED_0 : WAIT_OBJECT_0)};
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < options.names.size(); ++i) all.push_back(i);
  return all;
}

int conclude(const WaitOptions& options, const std::vector<Opened>& objects, DWORD result) {
  const std::vector<std::size_t> indices = taken(options, result);
  if (is_abandoned(result) && options.on_abandoned != OnAbandoned::kRun) {
    const std::string name = in_quotes(options.names[indices.front()]);
    tell_abandoned(indices.size() > 1 ? name + " or another of those awaited" : name, options.on_abandoned);
    if (options.on_abandoned == OnAbandoned::kFail) return kAbandoned;  // we end as its owner: it stays abandoned
  }
  for (const std::size_t i : indices) {
    if (objects[i].kind == Kind::kMutex) RtReleaseMutex(objects[i].handle.get());
  }
  if (!options.all && options.names.size() > 1) std::printf("%s\n", options.names[indices.front()].c_str());
  return kDone;
}

int wait(const WaitOptions& options) {
  if (options.names.size() > MAX_WFMO) return trouble("one wait takes up to 64 names");
  std::vector<Opened> objects;
  std::vector<HANDLE> handles;
  for (const std::string& name : options.names) {
    auto opened = open_object(name, options.kind, Among::kWaitable);
    if (!opened) return kTrouble;
    handles.push_back(opened->handle.get());
    objects.push_back(std::move(*opened));
  }
  ULARGE_INTEGER timeout = timeout_of(options.seconds);
  const DWORD result = RtWaitForMultipleObjectsEx(static_cast<DWORD>(handles.size()), handles.data(),
                                                  options.all ? TRUE : FALSE, &timeout);
  if (result == WAIT_FAILED && options.all && RtGetLastError() == ERROR_INVALID_PARAMETER) {
    return trouble("--all takes each object once: two of these names are one object");
  }
  if (result == WAIT_FAILED) return failed(options.names.front(), "RtWaitForMultipleObjects", RtGetLastError());
  return result == WAIT_TIMEOUT ? kBusy : conclude(options, objects, result);
}

}  // namespace

void add_wait(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("wait", "Wait for events, semaphores or mutexes: any, or all at once");
  auto options = std::make_shared<WaitOptions>();
  add_names(*command, options->names, "What to wait for; up to 64");
  command->add_flag("-a,--all", options->all, "Wait for all of them at once, not for the first");
  add_wait_option(*command, options->seconds);
  add_abandoned_option(*command, options->on_abandoned);
  add_kind_option(*command, options->kind);
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = wait(*options); });
}

}  // namespace rtss::tool
