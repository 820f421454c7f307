// Threads and processes that a boosted thread makes: the kernel gives them what their creator runs at, and no release
// would ever take the boost back from them. They get their creator's base instead.
#pragma once

#include <optional>

#include "priority/scheduler.h"

namespace rtss::runtime {

// The scheduling that a thread made by the caller is to have. Empty: the caller is not a registered thread or is inside
// the library, its base cannot be told, or the kernel resets what it makes anyway.
std::optional<priority::Scheduling> base_for_children();

// From now on a child by fork() has its creator's base. False: no memory. Called again, it does nothing.
bool give_forked_children_their_base();

}  // namespace rtss::runtime
