#include "tools/rtss/support/objects.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "runtime/inspect/inspect.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"

namespace rtss::tool {

namespace {

struct Explanation {
  DWORD error;
  const char* code;
  const char* text;
};

constexpr std::array<Explanation, 14> kExplanations{{
    {ERROR_FILE_NOT_FOUND, "ERROR_FILE_NOT_FOUND",
     "nothing has this name; \"rtss ls\" lists what there is, \"create\" makes one that stays"},
    {ERROR_ACCESS_DENIED, "ERROR_ACCESS_DENIED", "the namespace cannot be used; the line above says why"},
    {ERROR_INVALID_HANDLE, "ERROR_INVALID_HANDLE",
     "the name belongs to another kind of object; \"rtss show\" tells which"},
    {ERROR_NOT_ENOUGH_MEMORY, "ERROR_NOT_ENOUGH_MEMORY",
     "/dev/shm is full, or the line above names a limit; \"df /dev/shm\" shows the first"},
    {ERROR_INVALID_PARAMETER, "ERROR_INVALID_PARAMETER", "an argument is out of its range; see --help"},
    {ERROR_INVALID_NAME, "ERROR_INVALID_NAME",
     "not a name: it must be UTF-8 without a backslash, except for the prefix Global\\; leave the rest out"},
    {ERROR_FILENAME_EXCED_RANGE, "ERROR_FILENAME_EXCED_RANGE", "longer than 259 bytes; choose a shorter name"},
    {ERROR_NOT_OWNER, "ERROR_NOT_OWNER", "another thread owns it"},
    {ERROR_TOO_MANY_POSTS, "ERROR_TOO_MANY_POSTS",
     "its count would pass its maximum; nothing was released, release fewer"},
    {ERROR_REVISION_MISMATCH, "ERROR_REVISION_MISMATCH", "the namespace cannot be used here; the line above says why"},
    {ERROR_PRIVILEGE_NOT_HELD, "ERROR_PRIVILEGE_NOT_HELD",
     "Linux refuses real-time scheduling and RTSS_REALTIME=require is set; give the user an rtprio limit"},
    {ERROR_FILE_CORRUPT, "ERROR_FILE_CORRUPT",
     "the namespace contradicts itself; end the programs that use it, then \"rtss namespace remove\""},
    {ERROR_NO_SYSTEM_RESOURCES, "ERROR_NO_SYSTEM_RESOURCES",
     "a table of the namespace is full; \"rtss info\" shows which, \"rtss namespace create --limits\" makes larger "
     "ones"},
    {ERROR_NOT_SUPPORTED, "ERROR_NOT_SUPPORTED", "this system cannot do it"},
}};

struct NamedKind {
  const char* word;
  Kind kind;
  const char* open_call;
};
constexpr std::array<NamedKind, 4> kKinds{{{"mutex", Kind::kMutex, "RtOpenMutex"},
                                           {"event", Kind::kEvent, "RtOpenEvent"},
                                           {"semaphore", Kind::kSemaphore, "RtOpenSemaphore"},
                                           {"shm", Kind::kSharedMemory, "RtOpenSharedMemory"}}};

HANDLE open_as(Kind kind, const std::string& name, void** address) {
  switch (kind) {
    case Kind::kMutex:
      return RtOpenMutexA(SYNCHRONIZE, FALSE, name.c_str());
    case Kind::kEvent:
      return RtOpenEventA(SYNCHRONIZE, FALSE, name.c_str());
    case Kind::kSemaphore:
      return RtOpenSemaphoreA(SYNCHRONIZE, FALSE, name.c_str());
    default:
      return RtOpenSharedMemoryA(SHM_MAP_WRITE, FALSE, name.c_str(), address);
  }
}

}  // namespace

int trouble(const std::string& text) {
  warn(text);
  return kTrouble;
}

void warn(const std::string& text) { std::fprintf(stderr, "rtss: %s\n", text.c_str()); }

std::string in_quotes(std::string_view name) { return '"' + runtime::inspect::printable(name) + '"'; }

int failed(std::string_view object, std::string_view call, DWORD error) {
  std::string text = in_quotes(object) + ": " + std::string(call) + " failed: ";
  for (const Explanation& known : kExplanations) {
    if (known.error != error) continue;
    const std::string group = error == ERROR_ACCESS_DENIED ? group_to_join() : std::string();
    return trouble(text + known.text + (group.empty() ? "" : "; become a member of its " + group) + " (" + known.code +
                   ")");
  }
  return trouble(text + "error " + std::to_string(error));
}

std::string_view plain_name(std::string_view name) {
  for (const std::string_view prefix : {std::string_view("Global\\"), std::string_view("Local\\")}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

DWORD fault_of_name(std::string_view name) {
  name = plain_name(name);
  if (name.size() >= runtime::kNameBytes) return ERROR_FILENAME_EXCED_RANGE;
  try {
    static_cast<void>(nlohmann::json(name).dump());
  } catch (const nlohmann::json::type_error&) {
    return ERROR_INVALID_NAME;  // not UTF-8
  }
  return name.empty() || name.find('\\') != std::string_view::npos ? ERROR_INVALID_NAME : ERROR_SUCCESS;
}

bool is_from_before_boot(std::string_view error) {
  return error.find("made before the last boot") != std::string_view::npos;
}

std::string group_to_join() {
  char path[runtime::kNamespacePathBytes];
  const std::string_view name = runtime::selected_namespace();
  struct stat status {};
  if (!name.starts_with(runtime::kGroupPrefix) || !runtime::namespace_path(name, path, sizeof path)) return {};
  if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0 || stat(path, &status) != 0) return {};
  const auto* const entry = getgrgid(status.st_gid);
  return "group " + (entry == nullptr ? std::to_string(status.st_gid) : runtime::inspect::printable(entry->gr_name));
}

std::string forgotten_prefix() {
  const std::string_view name = runtime::selected_namespace();
  return runtime::group_has_same_name(name) ? "the group's is \"group:" + std::string(name) + "\"" : std::string();
}

std::string remedy_of(std::string_view error) {
  const auto says = [error](std::string_view text) { return error.find(text) != std::string_view::npos; };
  if (says("no such namespace")) {
    const std::string hint = forgotten_prefix();
    return hint.empty() ? "\"rtss namespace list\" shows which there are" : hint;
  }
  if (says(runtime::kNotANamespaceName)) return "set RTSS_NAMESPACE to one";
  if (says("Permission denied")) {
    const std::string group = group_to_join();
    return group.empty() ? "become the user who made it" : "become a member of its " + group;
  }
  if (says("layout version") || says("another layout")) {
    return "end the programs that use it, then \"rtss namespace remove\" it; use one version of the library";
  }
  return "\"rtss namespace remove\" removes it once no program uses it";
}

std::string kind_with_article(Kind kind) {
  const std::string name = runtime::inspect::kind_name(kind);
  if (kind == Kind::kSharedMemory) return name;
  return (name.starts_with('e') ? "an " : "a ") + name;
}

std::optional<Opened> open_object(const std::string& name, Kind kind, Among among) {
  DWORD error = ERROR_FILE_NOT_FOUND;
  const char* call = "open";
  for (const NamedKind& known : kKinds) {
    if (kind != Kind::kFree && kind != known.kind) continue;
    if (among == Among::kWaitable && known.kind == Kind::kSharedMemory) continue;
    void* address = nullptr;
    if (HANDLE const handle = open_as(known.kind, name, &address); handle != nullptr) {
      return Opened{.kind = known.kind, .handle = Handle(handle), .address = address};
    }
    if (kind != Kind::kFree) call = known.open_call;
    error = RtGetLastError();
    if (error != ERROR_INVALID_HANDLE && error != ERROR_FILE_NOT_FOUND) break;
  }
  failed(name, call, error);
  return std::nullopt;
}

std::optional<Opened> open_kind(const std::string& name, Kind kind) {
  return open_object(name, kind, Among::kPinnable);
}

int conclude_creation(const Creation& creation, HANDLE handle, DWORD error) {
  if (handle == nullptr) return failed(creation.name, creation.call, error);
  if (error == ERROR_ALREADY_EXISTS && creation.exclusive) {
    warn(in_quotes(creation.name) + ": exists already; nothing was changed");
    return kBusy;
  }
  return RtssPin(handle, TRUE) != FALSE ? kDone : failed(creation.name, "RtssPin", RtGetLastError());
}

ULARGE_INTEGER timeout_of(const std::optional<double>& seconds) {
  constexpr double kUnitsPerSecond = 1e7;
  constexpr auto kNever = std::numeric_limits<std::uint64_t>::max();
  ULARGE_INTEGER timeout{};
  timeout.QuadPart = kNever;
  if (!seconds) return timeout;
  const double units = std::ceil(*seconds * kUnitsPerSecond);
  if (units < 9e18) timeout.QuadPart = static_cast<std::uint64_t>(units);
  return timeout;
}

}  // namespace rtss::tool
