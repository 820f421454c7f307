// The name of a mutex of Boost.Interprocess, which outlives every process that has it open.
#pragma once

#include <unistd.h>

#include <boost/interprocess/sync/named_mutex.hpp>
#include <string>

namespace rtss::bench {

inline const std::string boost_name = "rtss-bench-" + std::to_string(getpid());  // the same in children

// Its name goes with the scope, in the process that has made it.
class BoostName {
 public:
  BoostName() = default;
  BoostName(const BoostName&) = delete;
  BoostName& operator=(const BoostName&) = delete;
  ~BoostName() { boost::interprocess::named_mutex::remove(boost_name.c_str()); }
};

}  // namespace rtss::bench
