// A rule of the validator broken once in a sound scene, and every line it must say about that: this one, or this one
// and the few that cannot but follow.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/inspect/scene.h"

namespace rtss::test {

struct Damage {
  const char* name;
  std::function<void(Scene&)> inflict;
  std::vector<std::string> said;
};
inline void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }
inline std::string name_of(const testing::TestParamInfo<Damage>& info) { return info.param.name; }

class Validator : public testing::TestWithParam<Damage> {};

}  // namespace rtss::test
