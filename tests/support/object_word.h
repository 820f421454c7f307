// The word of an object, set outright: where a test sets the scene and no other thread looks.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::test {

inline void set_word(runtime::ObjectWord& word, runtime::Word value) { word.change(word.load(), value); }

}  // namespace rtss::test
