#include <gtest/gtest.h>

#include "bench/support/own_namespace.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const rtss::bench::OwnNamespace own("bench-test");
  return RUN_ALL_TESTS();
}
