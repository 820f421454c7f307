// rtss try: a look at a mutex. Attaches to nothing, takes no lock.
#include "tools/rtss/use/try.h"

#include <unistd.h>

#include <CLI/App.hpp>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "runtime/inspect/inspect.h"
#include "runtime/inspect/segment_reader.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"
#include "tools/rtss/support/owner.h"

namespace rtss::tool {

namespace {

namespace inspect = runtime::inspect;

struct TryOptions {
  std::string name;
  bool quiet = false;
};

constexpr const char* kFooter =
    "Prints the mutex's holder on standard output. No program is disturbed, and nothing is made or taken: when you\n"
    "read the answer it may have changed. To run only if it is free, use \"rtss lock -n\".\n"
    "\n"
    "  rtss try -q my-daemon; [ $? -ne 75 ] || echo \"it is running\"\n"
    "\n"
    "Exit status: 0 free: not owned, its owner has died, or there is no such mutex or namespace; 75 held; 125 usage,\n"
    "or it cannot be seen.\n";

// Is there no namespace at all? Then no process holds anything in it, as in one from before the last boot.
bool is_missing() {
  char path[runtime::kNamespacePathBytes] = {};
  if (!runtime::namespace_path(runtime::selected_namespace(), path, sizeof path)) return false;
  return access(path, F_OK) != 0 && errno == ENOENT;
}

bool owner_is_dead(const inspect::View& view, const inspect::ObjectView& mutex) {
  const runtime::ThreadRecord* const owner = view.segment().thread(mutex.owner_slot);
  return owner == nullptr || inspect::is_dead(owner->life);
}

int look(const TryOptions& options) {
  const std::string name(plain_name(options.name));
  if (const DWORD fault = fault_of_name(name); fault != ERROR_SUCCESS) return failed(options.name, "try", fault);
  std::string error;
  const auto view = inspect::View::current(&error);
  if (!view) {
    if (!is_missing()) return is_from_before_boot(error) ? kDone : trouble(error + "; " + remedy_of(error));
    if (const std::string hint = forgotten_prefix(); !hint.empty() && !options.quiet) {
      warn(error + "; " + hint);
    }
    return kDone;
  }
  auto object = view->object(name, Kind::kMutex);
  if (!object) {
    object = view->object(name);
    if (object) return trouble(in_quotes(name) + ": it is " + kind_with_article(object->kind) + ", which has no owner");
    return kDone;
  }
  if (object->owner_pid == 0 || owner_is_dead(*view, *object)) return kDone;
  if (!options.quiet) std::printf("%s\n", describe_owner(object->owner_pid, object->owner_tid).c_str());
  return kBusy;
}

}  // namespace

void add_try(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("try", "Is a mutex held, and by which process?");
  auto options = std::make_shared<TryOptions>();
  add_name(*command, options->name, "The mutex");
  command->add_flag("-q,--quiet", options->quiet, "Print nothing: the exit status says it");
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = look(*options); });
}

}  // namespace rtss::tool
