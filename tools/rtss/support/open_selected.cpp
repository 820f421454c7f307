#include "tools/rtss/support/open_selected.h"

#include <iostream>
#include <string>

#include "tools/rtss/support/objects.h"
#include "tools/rtss/support/truncation.h"

namespace rtss::tool {

std::optional<runtime::inspect::View> open_selected(const char* command, runtime::inspect::View::Access access) {
  survive_truncation();
  std::string error;
  auto view = runtime::inspect::View::current(&error, access);
  if (!view) {
    std::cerr << "rtss " << command << ": " << error << "; " << remedy_of(error) << '\n';
  }
  return view;
}

}  // namespace rtss::tool
