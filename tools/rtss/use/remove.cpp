// rtss remove: takes back what "create" did.
#include "tools/rtss/use/remove.h"

#include <CLI/App.hpp>
#include <memory>
#include <vector>

#include "runtime/inspect/inspect.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"
#include "tools/rtss/support/owner.h"

namespace rtss::tool {

namespace {

struct RemoveOptions {
  std::vector<std::string> names;
  Kind kind = Kind::kFree;
  bool force = false;
};

constexpr const char* kFooter =
    "The object and its name go at once if no program has it open; otherwise with the last one that has.\n"
    "\n"
    "Exit status: 0 done; 125 usage, or an error of rtss: no such object, say, or one that stays only because "
    "programs\n"
    "have it open (-f ignores both).\n";

// Of the object as it is now, its own handle here included.
std::uint32_t others_who_have_it(const runtime::inspect::ObjectView& object) {
  return object.references > 0 ? object.references - 1 : 0;
}

bool exists(const std::string& name, Kind kind) {
  std::string error;
  const auto view = runtime::inspect::View::current(&error);
  return view && view->object(plain_name(name), kind).has_value();
}

int remove(const std::string& name, const RemoveOptions& options) {
  if (options.force && !exists(name, options.kind)) return kDone;
  const auto opened = open_object(name, options.kind, Among::kPinnable);
  if (!opened) return kTrouble;
  std::string error;
  const auto view = runtime::inspect::View::current(&error);
  const auto object = view ? view->object(plain_name(name), opened->kind) : std::nullopt;
  if (!object) return trouble(in_quotes(name) + ": cannot be looked at: " + error);
  const std::uint32_t others = others_who_have_it(*object);
  const std::string users = std::to_string(others) + (others == 1 ? " open handle" : " open handles");
  if (!object->pinned && options.force) return kDone;
  if (!object->pinned) {
    return trouble(in_quotes(name) + ": was not made to stay; it goes with the last of " + users +
                   ": end the programs that have it open");
  }
  if (RtssPin(opened->handle.get(), FALSE) == FALSE) return failed(name, "RtssPin", RtGetLastError());
  if (others > 0 && !options.force) warn(in_quotes(name) + ": goes with the last of " + users);
  return kDone;
}

}  // namespace

void add_remove(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("remove", "Let objects go that \"create\" made to stay");
  auto options = std::make_shared<RemoveOptions>();
  add_names(*command, options->names, "The objects");
  command->add_flag("-f,--force", options->force,
                    "No word and no error about what is not there or was not made to stay");
  add_kind_option(*command, options->kind);
  command->footer(kFooter);
  command->callback([options, &exit_code] {
    for (const std::string& name : options->names) {
      if (const int code = remove(name, *options); code != kDone) exit_code = code;
    }
  });
}

}  // namespace rtss::tool
