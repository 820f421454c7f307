// rtss event, rtss mutex: making and changing what programs wait for.
#include "tools/rtss/use/event.h"

#include <CLI/App.hpp>
#include <memory>

#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"

namespace rtss::tool {

namespace {

struct EventOptions {
  std::string name;
  bool manual = false;
  bool set = false;
  bool exclusive = false;
};

constexpr const char* kEventFooter =
    "  rtss event create --manual ready     make it; it stays until \"rtss remove ready\"\n"
    "  rtss wait -w 10 ready                wait for it, in a script or a program (RtWaitForSingleObject)\n"
    "  rtss event set ready                 release its waiters; a program does it with RtSetEvent\n"
    "\n"
    "Exit status: 0 done; 75 it existed (create -x); 125 usage, or an error of rtss, no such event, say.\n";
constexpr const char* kMutexFooter =
    "A mutex made by \"rtss lock\" or a program goes with the last of them. One made here stays until \"rtss "
    "remove\",\n"
    "so that its next owner is notified of a death, however late it comes.\n"
    "\n"
    "Exit status: 0 done; 75 it existed (-x); 125 usage, or an error of rtss.\n";

int create_event(const EventOptions& options) {
  const Handle event(RtCreateEventA(nullptr, options.manual, options.set, options.name.c_str()));
  const DWORD error = RtGetLastError();
  RTSS_EVENT_STATE state{.Size = sizeof state, .Signaled = FALSE, .ManualReset = FALSE};
  if (event && error == ERROR_ALREADY_EXISTS && RtssQueryEvent(event.get(), &state) != FALSE && !options.exclusive &&
      (state.ManualReset != FALSE) != options.manual) {
    return trouble(in_quotes(options.name) + ": exists already, as an event that " +
                   (options.manual ? "resets itself: leave out --manual" : "is reset by hand: add --manual") +
                   ", or \"rtss remove\" it");
  }
  return conclude_creation({options.name, "RtCreateEvent", options.exclusive}, event.get(), error);
}

int create_mutex(const EventOptions& options) {
  const Handle mutex(RtCreateMutexA(nullptr, FALSE, options.name.c_str()));
  return conclude_creation({options.name, "RtCreateMutex", options.exclusive}, mutex.get(), RtGetLastError());
}

using EventCall = BOOL (*)(HANDLE);

void add_change(CLI::App& event, int& exit_code, const char* word, const char* text, const char* call,
                EventCall change) {
  CLI::App* const command = event.add_subcommand(word, text);
  auto name = std::make_shared<std::string>();
  add_name(*command, *name, "The event");
  command->callback([name, call, change, &exit_code] {
    const auto opened = open_kind(*name, Kind::kEvent);
    if (!opened)
      exit_code = kTrouble;
    else
      exit_code = change(opened->handle.get()) != FALSE ? kDone : failed(*name, call, RtGetLastError());
  });
}

}  // namespace

void add_event(CLI::App& app, int& exit_code) {
  CLI::App* const event = app.add_subcommand("event", "Make, set, reset or pulse an event");
  event->require_subcommand(1);
  event->footer(kEventFooter);
  CLI::App* const create = event->add_subcommand("create", "Make an event that stays until it is removed");
  auto options = std::make_shared<EventOptions>();
  add_name(*create, options->name, "The event; one that exists keeps its state");
  create->add_flag("-m,--manual", options->manual, "It stays set until it is reset; otherwise one wait clears it");
  create->add_flag("-s,--set", options->set, "It is set from the start");
  add_exclusive_option(*create, options->exclusive);
  create->callback([options, &exit_code] { exit_code = create_event(*options); });
  add_change(*event, exit_code, "set", "Set it: its waiters go, or the next one does", "RtSetEvent", RtSetEvent);
  add_change(*event, exit_code, "reset", "Clear it", "RtResetEvent", RtResetEvent);
  add_change(*event, exit_code, "pulse", "Release those that wait at this moment, and leave it clear", "RtPulseEvent",
             RtPulseEvent);
}

void add_mutex(CLI::App& app, int& exit_code) {
  CLI::App* const mutex = app.add_subcommand("mutex", "Make a mutex that stays");
  mutex->require_subcommand(1);
  CLI::App* const create = mutex->add_subcommand("create", "Make a mutex that stays until it is removed");
  auto options = std::make_shared<EventOptions>();
  add_name(*create, options->name, "The mutex; one that exists keeps its state");
  add_exclusive_option(*create, options->exclusive);
  create->footer(kMutexFooter);
  create->callback([options, &exit_code] { exit_code = create_mutex(*options); });
}

}  // namespace rtss::tool
