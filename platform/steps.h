// Labelled steps of the protocols (docs/protocol.md lists each with what a peer finds if we die there).
// Compiled out of the product; in the test build a process can be killed or stopped exactly at one.
#pragma once

#ifdef RTSS_CRASH_POINTS

namespace rtss::platform {
void step_reached(const char* label) noexcept;
}
#define RTSS_STEP(label) ::rtss::platform::step_reached(label)

// Arms one label in this process: at its `countdown`-th visit from now (1: the next) the process sends itself `signal`.
// RTSS_CRASH_AT=label[:countdown] in the environment does the same, with SIGKILL, for a program that is not a test.
extern "C" __attribute__((visibility("default"))) void RtssArmStep(const char* label, unsigned countdown, int signal);
// Whether any thread of this process has reached the armed label.
extern "C" __attribute__((visibility("default"))) int RtssStepReached(void);

#else
#define RTSS_STEP(label) static_cast<void>(0)
#endif
