// Event: SIGNALED or clear, PULSE for one operation (E1 in docs/protocol.md). Pure functions of the word; the
// operations are in sync/operations.cpp.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime::event {

constexpr bool is_signaled(Word word) { return (state_of(word) & (kSignaled | kPulse)) != 0; }
constexpr bool is_set(Word word) { return (state_of(word) & kSignaled) != 0; }
constexpr Word cleared(Word word) { return word & ~static_cast<Word>(kSignaled | kPulse); }
constexpr Word set(Word word) { return cleared(word) | kSignaled; }
constexpr Word pulsed(Word word) { return cleared(word) | kPulse; }
constexpr Word satisfied(Word word, bool manual_reset) { return manual_reset ? word : cleared(word); }

}  // namespace rtss::runtime::event
