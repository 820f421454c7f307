// After a holder of an object lock died: whatever it left half-done is finished, and every cache rebuilt, from the
// words of the blocks that name the object. Touches this object and its blocks only.
#pragma once

#include "runtime/sync/operation.h"

namespace rtss::runtime {

void repair(Operation& operation, Object& object);

}  // namespace rtss::runtime
