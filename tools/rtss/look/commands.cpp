#include "tools/rtss/commands.h"

#include <iostream>

#include "runtime/segment/namespace_path.h"
#include "tools/rtss/look/look.h"
#include "tools/rtss/look/truncation.h"

namespace rtss::tool {

void add_look_commands(CLI::App& app, int& exit_code) {
  look::add_ls(app, exit_code);
  look::add_show(app, exit_code);
  look::add_top(app, exit_code);
  look::add_info(app, exit_code);
  look::add_check(app, exit_code);
  look::add_doctor(app, exit_code);
  look::add_clean(app, exit_code);
}

namespace look {

std::optional<runtime::inspect::View> open_selected(const char* command) {
  survive_truncation();
  std::string error;
  auto view = runtime::inspect::View::current(&error);
  if (!view) {
    std::cerr << "rtss " << command << ": " << error << "; choose another with --namespace, or see \"rtss doctor\"\n";
  }
  return view;
}

}  // namespace look
}  // namespace rtss::tool
