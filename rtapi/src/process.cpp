#include <rtapi/error.h>
#include <rtapi/process.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "platform/descriptor.h"
#include "platform/processors.h"
#include "rtapi/src/command_line.h"
#include "rtapi/src/named.h"
#include "rtapi/src/translate.h"
#include "runtime/services/child.h"

namespace rtss::rtapi {
namespace {

using runtime::Status;

// "A=B" strings, one behind the other, ended by an empty one.
template <typename Unit>
bool read_environment(const Unit* block, std::vector<std::string>* strings) {
  while (*block != 0) {
    std::string string;
    if (!to_utf8(block, &string)) return false;
    strings->push_back(std::move(string));
    while (*block != 0) ++block;
    ++block;
  }
  return true;
}

// A backslash in a path is a slash, as in the calls on files.
void use_slashes(std::string* path) { std::replace(path->begin(), path->end(), '\\', '/'); }

// Wide is the program's wide character: for an environment of that kind, in either call.
template <typename Unit, typename Wide>
struct Request {
  const Unit* application;
  const Unit* command_line;
  DWORD flags;
  const void* environment;
  const Unit* directory;
  PROCESS_INFORMATION* information;

  Status plan(runtime::ChildPlan* plan) const {
    std::string line;
    bool valid =
        to_utf8(application, &plan->program) && to_utf8(command_line, &line) && to_utf8(directory, &plan->directory);
    if (valid && environment != nullptr) {
      plan->inherits_environment = false;
      valid = (flags & CREATE_UNICODE_ENVIRONMENT) != 0
                  ? read_environment(static_cast<const Wide*>(environment), &plan->environment)
                  : read_environment(static_cast<const char*>(environment), &plan->environment);
    }
    if (!valid) return Status::kInvalidName;
    plan->arguments = split_command_line(line);
    if (plan->arguments.empty() && !plan->program.empty()) plan->arguments.push_back(plan->program);
    if (plan->program.empty() && !plan->arguments.empty()) plan->program = plan->arguments.front();
    use_slashes(&plan->program);
    use_slashes(&plan->directory);
    plan->suspended = (flags & CREATE_SUSPENDED) != 0;
    return plan->program.empty() ? Status::kInvalidParameter : Status::kOk;
  }

  [[nodiscard]] BOOL run() const {
    if (information == nullptr) return win32_result(Status::kInvalidParameter);
    runtime::ChildPlan child;
    if (const Status status = plan(&child); status != Status::kOk) return win32_result(status);
    const runtime::StartedChild started = runtime::start_child(child);
    if (started.status != Status::kOk) return win32_result(started.status);
    *information = {.hProcess = win32_handle(started.process),
                    .hThread = win32_handle(started.thread),
                    .dwProcessId = static_cast<DWORD>(started.pid),
                    .dwThreadId = static_cast<DWORD>(started.pid)};
    last_error = ERROR_SUCCESS;
    return TRUE;
  }
};

}  // namespace

extern "C" {
BOOL create_process_w16(const char16_t* application, char16_t* command_line, LPSECURITY_ATTRIBUTES,
                        LPSECURITY_ATTRIBUTES, BOOL, DWORD flags, LPVOID environment, const char16_t* directory,
                        void* startup, LPPROCESS_INFORMATION information) RTAPI_EXPORT_AS("RtCreateProcessW");
BOOL create_process_w32(const char32_t* application, char32_t* command_line, LPSECURITY_ATTRIBUTES,
                        LPSECURITY_ATTRIBUTES, BOOL, DWORD flags, LPVOID environment, const char32_t* directory,
                        void* startup, LPPROCESS_INFORMATION information) RTAPI_EXPORT_AS("RtCreateProcessW32");
}

BOOL create_process_w16(const char16_t* application, char16_t* command_line, LPSECURITY_ATTRIBUTES,
                        LPSECURITY_ATTRIBUTES, BOOL, DWORD flags, LPVOID environment, const char16_t* directory, void*,
                        LPPROCESS_INFORMATION information) {
  return Request<char16_t, char16_t>{application, command_line, flags, environment, directory, information}.run();
}

BOOL create_process_w32(const char32_t* application, char32_t* command_line, LPSECURITY_ATTRIBUTES,
                        LPSECURITY_ATTRIBUTES, BOOL, DWORD flags, LPVOID environment, const char32_t* directory, void*,
                        LPPROCESS_INFORMATION information) {
  return Request<char32_t, char32_t>{application, command_line, flags, environment, directory, information}.run();
}

}  // namespace rtss::rtapi

using namespace rtss;

BOOL RtCreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine, LPSECURITY_ATTRIBUTES, LPSECURITY_ATTRIBUTES, BOOL,
                      DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory, LPSTARTUPINFOA,
                      LPPROCESS_INFORMATION lpProcessInformation) {
  return rtapi::Request<char, char16_t>{lpApplicationName, lpCommandLine,      dwCreationFlags,
                                        lpEnvironment,     lpCurrentDirectory, lpProcessInformation}
      .run();
}

HANDLE RtOpenProcess(DWORD, BOOL, DWORD dwProcessId) {
  runtime::Opened opened = runtime::open_process_or_child(static_cast<std::int32_t>(dwProcessId));
  if (opened.status == runtime::Status::kNotFound) opened.status = runtime::Status::kInvalidParameter;
  return rtapi::win32_result(opened);
}

BOOL RtTerminateProcess(HANDLE hProcess, UINT uExitCode) {
  if (rtapi::is_current_process(hProcess)) runtime::end_process(uExitCode);
  return rtapi::win32_result(runtime::kill_process(rtapi::runtime_handle(hProcess), uExitCode));
}

BOOL RtGetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode) {
  if (lpExitCode == nullptr) return rtapi::win32_result(runtime::Status::kInvalidParameter);
  runtime::TaskState state{
      .is_thread = false, .ended = false, .exit_code = runtime::kExitCodeStillActive, .pid = getpid(), .tid = 0};
  runtime::Status status = runtime::Status::kOk;
  if (!rtapi::is_current_process(hProcess)) status = runtime::query_task(rtapi::runtime_handle(hProcess), &state);
  if (status == runtime::Status::kOk && state.is_thread) status = runtime::Status::kInvalidHandle;
  if (status == runtime::Status::kOk) *lpExitCode = state.exit_code;
  return rtapi::win32_result(status);
}

VOID RtExitProcess(UINT uExitCode) { runtime::exit_process(uExitCode); }

// NOLINTNEXTLINE(performance-no-int-to-ptr)
HANDLE RtGetCurrentProcess() { return reinterpret_cast<HANDLE>(rtapi::kCurrentProcess); }

DWORD RtGetCurrentProcessId() { return static_cast<DWORD>(getpid()); }

BOOL RtGetProcessAffinityMask(HANDLE hProcess, PDWORD_PTR lpProcessAffinityMask, PDWORD_PTR lpSystemAffinityMask) {
  if (lpProcessAffinityMask == nullptr || lpSystemAffinityMask == nullptr) {
    return rtapi::win32_result(runtime::Status::kInvalidParameter);
  }
  std::uint64_t processors = 0;
  const runtime::Status status = runtime::get_process_processors(rtapi::runtime_handle(hProcess),
                                                                 rtapi::is_current_process(hProcess), &processors);
  if (status == runtime::Status::kOk) {
    *lpProcessAffinityMask = static_cast<DWORD_PTR>(processors);
    *lpSystemAffinityMask = static_cast<DWORD_PTR>(platform::machine_processors());
  }
  return rtapi::win32_result(status);
}

BOOL RtSetProcessAffinityMask(HANDLE hProcess, DWORD_PTR dwProcessAffinityMask) {
  return rtapi::win32_result(runtime::set_process_processors(
      rtapi::runtime_handle(hProcess), rtapi::is_current_process(hProcess), dwProcessAffinityMask));
}

BOOL RtIsInRtss() { return TRUE; }

namespace {

// The program's arguments, each ended by a zero byte.
std::vector<std::string> arguments_of_process() {
  std::vector<std::string> words;
  platform::fill_standard_descriptors();
  std::FILE* const file = std::fopen("/proc/self/cmdline", "re");
  if (file == nullptr) return words;
  std::string word;
  for (int byte = std::fgetc(file); byte != EOF; byte = std::fgetc(file)) {
    if (byte != 0) {
      word.push_back(static_cast<char>(byte));
    } else {
      words.push_back(std::exchange(word, {}));
    }
  }
  std::fclose(file);
  return words;
}

}  // namespace

LPSTR RtGetCommandLineA() {
  static auto* const line = new std::string(rtapi::join_command_line(arguments_of_process()));
  return line->data();
}
