// Mutex: a word that names its owner (M1, M2, M3 in docs/protocol.md). Pure functions of the word; the operations are
// in sync/operations.cpp.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime::mutex {

inline constexpr std::uint32_t kMaxRecursion = 0x7fff'fffeU;  // takes beyond the first: 2^31-1 in all

constexpr Identity owner(Word word) { return state_of(word) & kOwnerMask; }
constexpr bool is_abandoned(Word word) { return (state_of(word) & kAbandoned) != 0; }
constexpr bool is_signaled(Word word, Identity who) { return owner(word) == 0 || owner(word) == who; }
constexpr Word satisfied(Word word, Identity who) {
  return make_word(generation_of(word), (state_of(word) & kSlow) | who);
}
constexpr Word released(Word word) { return make_word(generation_of(word), state_of(word) & kSlow); }
// (M3)
constexpr Word abandoned(Word word) { return make_word(generation_of(word), (state_of(word) & kSlow) | kAbandoned); }

}  // namespace rtss::runtime::mutex
