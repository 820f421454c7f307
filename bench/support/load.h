// Something for the measurement to hold out against: processes of the ordinary policy that keep the CPUs, the caches
// and the kernel busy, for as long as their parent lives.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/support/realtime.h"

namespace rtss::bench {

class BackgroundLoad {
 public:
  explicit BackgroundLoad(int processes);
  [[nodiscard]] std::string description() const;

 private:
  std::vector<std::unique_ptr<Child>> processes_;
};

}  // namespace rtss::bench
