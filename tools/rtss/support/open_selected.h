// The namespace that the environment or --namespace selects, opened to be read, or to have its recorders reset.
#pragma once

#include <optional>

#include "runtime/inspect/inspect.h"

namespace rtss::tool {

// On failure says on standard error what is wrong and what to do.
std::optional<runtime::inspect::View> open_selected(
    const char* command, runtime::inspect::View::Access access = runtime::inspect::View::Access::kRead);

}  // namespace rtss::tool
