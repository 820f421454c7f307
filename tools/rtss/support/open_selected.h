// The namespace that the environment or --namespace selects, opened to be read.
#pragma once

#include <optional>

#include "runtime/inspect/inspect.h"

namespace rtss::tool {

// On failure says on standard error what is wrong and what to do.
std::optional<runtime::inspect::View> open_selected(const char* command);

}  // namespace rtss::tool
