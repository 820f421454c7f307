// Peers that stop at a labelled step.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <type_traits>

#include "tests/crash/scene.h"
#include "tests/support/observe.h"

namespace rtss::test {

// Stops in the call, at the first arrival at the label.
template <class Result, class... Parameters>
void run_stopping(Name label, Result (*function)(Parameters...), Parameters... arguments) {
  RtssArmStep(label.c_str(), 1, SIGSTOP);
  function(arguments...);
}

template <class Result, class... Parameters>
Pending<void> start_stopping(ProcessPeer& peer, const char* label, Result (*function)(Parameters...),
                             const std::type_identity_t<Parameters>&... arguments) {
  auto call = peer.start(&run_stopping<Result, Parameters...>, Name(label), function, arguments...);
  await("a peer stops at a step", [&] { return is_stopped(peer) || call.done(); });
  EXPECT_FALSE(call.done()) << "the call did not come to " << label;
  return call;
}

}  // namespace rtss::test
