// Mutex: a word that names its owner. Pure functions of the word first; the operations are in sync/operations.cpp.
//
// Invariants  M1 only the owner's thread removes its own identity, so "the word names me" needs no lock to be believed.
//             M2 recursion is 0 whenever the word names nobody; the owner alone touches it.
//             M3 ABANDONED is set only together with owner 0.
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
constexpr Word abandoned(Word word) { return make_word(generation_of(word), (state_of(word) & kSlow) | kAbandoned); }

}  // namespace rtss::runtime::mutex
