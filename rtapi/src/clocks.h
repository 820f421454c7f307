// Which clocks there are.
#pragma once

#include <rtapi/clock.h>

namespace rtss::rtapi {

constexpr bool is_clock(CLOCK clock) { return (clock >= CLOCK_1 && clock <= CLOCK_4) || clock == CLOCK_FASTEST; }

}  // namespace rtss::rtapi
