#include <rtapi/error.h>
#include <rtapi/thread.h>
#include <sched.h>

#include <bit>
#include <limits>

#include "platform/process_identity.h"
#include "platform/processors.h"
#include "rtapi/src/filetime.h"
#include "rtapi/src/translate.h"
#include "runtime/services/task_control.h"
#include "runtime/services/thread_settings.h"
#include "runtime/services/thread_start.h"

namespace rtss::rtapi {
namespace {

constexpr DWORD kFailed = 0xFFFFFFFF;
constexpr ULONG64 kMicrosecondsPerMs = 1000;

// For a call that returns a number and has one for failure.
DWORD counted(runtime::Status status, std::uint32_t count) { return win32_result(status) != FALSE ? count : kFailed; }

bool is_level(int level) { return level >= RT_PRIORITY_MIN && level <= RT_PRIORITY_MAX; }

}  // namespace
}  // namespace rtss::rtapi

using namespace rtss;

HANDLE RtCreateThread(LPSECURITY_ATTRIBUTES, SIZE_T dwStackSize, LPTHREAD_START_ROUTINE lpStartAddress,
                      LPVOID lpParameter, DWORD dwCreationFlags, LPDWORD lpThreadId) {
  if (lpStartAddress == nullptr) return rtapi::win32_result(runtime::Opened{runtime::Status::kInvalidParameter, {}});
  const runtime::StartedThread started = runtime::start_thread({.routine = lpStartAddress,
                                                                .argument = lpParameter,
                                                                .stack_bytes = dwStackSize,
                                                                .suspended = (dwCreationFlags & CREATE_SUSPENDED) != 0,
                                                                .of_program = true});
  if (started.status == runtime::Status::kOk && lpThreadId != nullptr) *lpThreadId = static_cast<DWORD>(started.tid);
  return rtapi::win32_result(runtime::Opened{started.status, started.handle});
}

VOID RtExitThread(DWORD dwExitCode) { runtime::exit_this_thread(dwExitCode); }

BOOL RtTerminateThread(HANDLE hThread, DWORD dwExitCode) {
  return rtapi::win32_result(runtime::terminate_thread(rtapi::thread_handle(hThread), dwExitCode));
}

DWORD RtSuspendThread(HANDLE hThread) {
  std::uint32_t previous = 0;
  const runtime::Status status = runtime::suspend_thread(rtapi::thread_handle(hThread), &previous);
  return rtapi::counted(status, previous);
}

BOOL RtGetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode) {
  if (lpExitCode == nullptr) return rtapi::win32_result(runtime::Status::kInvalidParameter);
  runtime::TaskState state{};
  const runtime::Status status = runtime::query_thread_end(rtapi::thread_handle(hThread), &state);
  if (status == runtime::Status::kOk) *lpExitCode = state.exit_code;
  return rtapi::win32_result(status);
}

// NOLINTNEXTLINE(performance-no-int-to-ptr)
HANDLE RtGetCurrentThread() { return reinterpret_cast<HANDLE>(rtapi::kCurrentThread); }

DWORD RtGetCurrentThreadId() { return static_cast<DWORD>(platform::current_tid()); }

BOOL RtSetThreadPriority(HANDLE hThread, int nPriority) {
  if (!rtapi::is_level(nPriority)) {
    runtime::TaskState state{};  // a handle that is none comes first
    const auto status = runtime::query_thread_end(rtapi::thread_handle(hThread), &state);
    return rtapi::win32_result(status == runtime::Status::kOk ? runtime::Status::kInvalidParameter : status);
  }
  return rtapi::win32_result(runtime::set_thread_level(rtapi::thread_handle(hThread), nPriority));
}

int RtGetThreadPriority(HANDLE hThread) {
  int level = THREAD_PRIORITY_ERROR_RETURN;
  const auto status = runtime::get_thread_level(rtapi::thread_handle(hThread), &level);
  return rtapi::win32_result(status) != FALSE ? level : THREAD_PRIORITY_ERROR_RETURN;
}

BOOL RtSetProxyThreadPriority(HANDLE hThread, int nPriority) { return RtSetThreadPriority(hThread, nPriority); }
int RtGetProxyThreadPriority(HANDLE hThread) { return RtGetThreadPriority(hThread); }

BOOL RtSetThreadTimeQuantum(HANDLE hThread, DWORD dwMilliseconds) {
  return RtSetThreadTimeQuantumEx(hThread, dwMilliseconds * rtapi::kMicrosecondsPerMs);
}

BOOL RtSetThreadTimeQuantumEx(HANDLE hThread, ULONG64 Microseconds) {
  return rtapi::win32_result(runtime::set_thread_quantum(rtapi::thread_handle(hThread), Microseconds));
}

DWORD RtGetThreadTimeQuantum(HANDLE hThread) {
  const ULONG64 microseconds = RtGetThreadTimeQuantumEx(hThread);
  const ULONG64 milliseconds =
      microseconds / rtapi::kMicrosecondsPerMs + (microseconds % rtapi::kMicrosecondsPerMs != 0 ? 1 : 0);
  constexpr ULONG64 kLongest = std::numeric_limits<DWORD>::max();
  return static_cast<DWORD>(milliseconds < kLongest ? milliseconds : kLongest);
}

ULONG64 RtGetThreadTimeQuantumEx(HANDLE hThread) {
  std::uint64_t microseconds = INVALID_QUANTUM;
  const auto status = runtime::get_thread_quantum(rtapi::thread_handle(hThread), &microseconds);
  return rtapi::win32_result(status) != FALSE ? microseconds : INVALID_QUANTUM;
}

BOOL RtGetThreadTimes(HANDLE hThread, LPFILETIME lpCreationTime, LPFILETIME lpExitTime, LPFILETIME lpExecuteTime) {
  runtime::ThreadTimes times{};
  const runtime::Status status = runtime::query_thread_times(rtapi::thread_handle(hThread), &times);
  if (status != runtime::Status::kOk) return rtapi::win32_result(status);
  if (lpCreationTime != nullptr) *lpCreationTime = rtapi::filetime(rtapi::units_since_1601(times.created_ns));
  if (lpExitTime != nullptr) *lpExitTime = rtapi::filetime(0);
  if (lpExecuteTime != nullptr)
    *lpExecuteTime = rtapi::filetime(static_cast<LONGLONG>(times.executed_ns) / rtapi::kNsPerTick);
  return TRUE;
}

DWORD_PTR RtSetThreadAffinityMask(HANDLE hThread, DWORD_PTR dwThreadAffinityMask) {
  std::uint64_t previous = 0;
  const auto status = runtime::set_thread_processors(rtapi::thread_handle(hThread), dwThreadAffinityMask, &previous);
  return rtapi::win32_result(status) != FALSE ? static_cast<DWORD_PTR>(previous) : 0;
}

DWORD RtSetThreadIdealProcessor(HANDLE hThread, DWORD dwIdealProcessor) {
  constexpr DWORD kBits = std::numeric_limits<DWORD_PTR>::digits;
  const DWORD_PTR mask = dwIdealProcessor < kBits ? DWORD_PTR{1} << dwIdealProcessor : 0;
  const DWORD_PTR previous = RtSetThreadAffinityMask(hThread, mask);
  return previous != 0 ? static_cast<DWORD>(std::countr_zero(previous)) : rtapi::kFailed;
}

ULONG RtGetCurrentProcessorNumber() {
  const int processor = sched_getcpu();
  return processor >= 0 ? static_cast<ULONG>(processor) : 0;
}

BOOL RtssSetSpin(DWORD dwNanoseconds) { return rtapi::win32_result(runtime::set_current_thread_spin(dwNanoseconds)); }
