#include "runtime/services/shutdown.h"

#include <rtapi/shutdown.h>
#include <rtapi/thread.h>

#include <new>

#include "rtapi/src/translate.h"
#include "runtime/services/host.h"

namespace rtss::rtapi {
namespace {

struct Program {
  PRT_SHUTDOWN_ROUTINE routine;
  PVOID context;
};

void run(void* context, int reason) {
  const auto* const program = static_cast<Program*>(context);
  runtime::run_routine(program->routine, program->context, LONG{reason});
}

}  // namespace
}  // namespace rtss::rtapi

using namespace rtss;

HANDLE RtAttachShutdownHandler(PSECURITY_ATTRIBUTES, ULONG StackSize, PRT_SHUTDOWN_ROUTINE Routine, PVOID Context,
                               ULONG Priority) {
  if (Routine == nullptr || Priority > RT_PRIORITY_MAX) {
    return rtapi::win32_result(runtime::Opened{runtime::Status::kInvalidParameter, {}});
  }
  auto* const program = new (std::nothrow) rtapi::Program{Routine, Context};  // kept: the signal may be under way
  if (program == nullptr) return rtapi::win32_result(runtime::Opened{runtime::Status::kNoMemory, {}});
  const runtime::Opened opened = runtime::attach_shutdown_handler(
      {.routine = rtapi::run, .context = program, .stack_bytes = StackSize, .level = static_cast<int>(Priority)});
  if (opened.status != runtime::Status::kOk) delete program;
  return rtapi::win32_result(opened);
}

BOOL RtReleaseShutdownHandler(HANDLE hShutdown) {
  return rtapi::win32_result(runtime::release_shutdown_handler(rtapi::runtime_handle(hShutdown)));
}
