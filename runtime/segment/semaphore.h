// Semaphore: a count. Pure functions of the word first; the operations are in sync/operations.cpp.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime::semaphore {

constexpr std::uint32_t count(Word word) { return state_of(word) & kCountMask; }
constexpr bool is_signaled(Word word) { return count(word) != 0; }
constexpr Word with_count(Word word, std::uint32_t count) {
  return make_word(generation_of(word), (state_of(word) & kSlow) | count);
}
constexpr Word satisfied(Word word) { return with_count(word, count(word) - 1); }

}  // namespace rtss::runtime::semaphore
