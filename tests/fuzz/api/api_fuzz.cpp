// Arguments of the C API, made up from bytes (libFuzzer). One input is a series of calls in one process; whatever they
// are given, within what a C caller can keep to (texts end, arrays are as long as their count), the library may not
// crash, read or write beyond them, or hang.
#include <fuzzer/FuzzedDataProvider.h>
#include <glob.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "rtapi.h"

namespace {

std::string namespace_name;

// Removes the namespace when the fuzzer has ended, in whatever way.
void clean_up_after(pid_t fuzzer) {
  int line[2];
  if (pipe(line) != 0) std::abort();
  if (fork() != 0) {
    close(line[0]);
    return;
  }
  close(line[1]);
  char end = 0;
  signal(SIGINT, SIG_IGN);
  while (read(line[0], &end, 1) > 0) {
  }
  const std::string files = "/dev/shm/rtss-" + std::to_string(geteuid()) + "-fuzz-" + std::to_string(fuzzer) + "*";
  glob_t found{};
  if (glob(files.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) unlink(found.gl_pathv[i]);
  }
  _exit(0);
}

// An array of its own, exactly as long as it must be.
template <typename Unit>
class Exact {
 public:
  explicit Exact(const std::vector<Unit>& from) : units_(new Unit[from.size()]) {
    std::copy(from.begin(), from.end(), units_.get());
  }
  [[nodiscard]] Unit* get() const { return units_.get(); }

 private:
  std::unique_ptr<Unit[]> units_;
};

int print(char* buffer, std::size_t capacity, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = RtssVsnprintf(buffer, capacity, format, arguments);
  va_end(arguments);
  return length;
}

int print_wide(wchar_t* buffer, std::size_t capacity, const wchar_t* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = RtssVsnwprintf(buffer, capacity, format, arguments);
  va_end(arguments);
  return length;
}

class Caller {
 public:
  Caller(const std::uint8_t* data, std::size_t size) : input_(data, size) {}
  ~Caller() {
    for (const HANDLE handle : handles_) {
      for (int i = 0; i < 64 && RtReleaseMutex(handle) != FALSE; ++i) {
      }
      RtCloseHandle(handle);
    }
  }

  void run() {
    constexpr int kMostCalls = 60;
    for (int i = 0; i < kMostCalls && input_.remaining_bytes() > 0; ++i) call();
  }

 private:
  std::uint32_t number() { return input_.ConsumeIntegral<std::uint32_t>(); }
  std::uint32_t up_to(std::uint32_t most) { return input_.ConsumeIntegralInRange<std::uint32_t>(0, most); }
  BOOL yes() { return input_.ConsumeBool() ? TRUE : FALSE; }

  HANDLE handle() {
    switch (up_to(7)) {
      case 0:
        return reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(input_.ConsumeIntegral<std::uint64_t>()));
      case 1:
        return nullptr;
      case 2:
        return RtGetCurrentThread();
      case 3:
        return RtGetCurrentProcess();
      default:
        return handles_.empty() ? nullptr : handles_[up_to(static_cast<std::uint32_t>(handles_.size()) - 1)];
    }
  }
  // Not the fuzzer itself: it would be stopped, ended or slowed down.
  HANDLE other() {
    const HANDLE chosen = handle();
    return chosen == RtGetCurrentThread() || chosen == RtGetCurrentProcess() ? nullptr : chosen;
  }
  void keep(HANDLE handle) {
    if (handle != nullptr) handles_.push_back(handle);
  }

  template <typename Unit>
  Exact<Unit> text() {
    std::vector<Unit> units;
    const std::uint32_t length = input_.ConsumeBool() ? up_to(8) : up_to(300);
    for (std::uint32_t i = 0; i < length && input_.remaining_bytes() > 0; ++i) {
      const auto unit =
          static_cast<Unit>(sizeof(Unit) == 1 || input_.ConsumeBool() ? input_.ConsumeIntegral<std::uint8_t>()
                                                                      : input_.ConsumeIntegral<std::uint32_t>());
      if (unit != 0) units.push_back(unit);
    }
    units.push_back(0);
    return Exact<Unit>(units);
  }

  // A format whose fields are not absurdly wide; each is given a pointer to a text that may be written to.
  template <typename Unit>
  Exact<Unit> format() {
    const Exact<Unit> raw = text<Unit>();
    std::vector<Unit> units;
    int digits = 0;
    for (const Unit* at = raw.get(); *at != 0; ++at) {
      digits = *at >= '0' && *at <= '9' ? digits + 1 : 0;
      const bool wants_more = *at == '*' || *at == 'n' || *at == 'L';  // a number, a variable, a long double
      if (digits <= 3) units.push_back(wants_more ? static_cast<Unit>('d') : *at);
    }
    const bool too_many = std::count(units.begin(), units.end(), static_cast<Unit>('%')) > 8;
    if (too_many) units.clear();
    units.push_back(0);
    return Exact<Unit>(units);
  }

  void call() {
    switch (up_to(7)) {
      case 0:
        return create();
      case 1:
        return create_wide();
      case 2:
        return open();
      case 3:
        return change();
      case 4:
        return wait();
      case 5:
        return look();
      case 6:
        return tasks();
      default:
        return texts();
    }
  }

  void create() {
    const Exact<char> name = text<char>();
    const char* const given = up_to(7) == 0 ? nullptr : name.get();
    void* address = nullptr;
    switch (up_to(4)) {
      case 0:
        return keep(RtCreateMutexA(nullptr, yes(), given));
      case 1:
        return keep(RtCreateEventA(nullptr, yes(), yes(), given));
      case 2:
        return keep(RtCreateSemaphoreA(nullptr, static_cast<LONG>(number()), static_cast<LONG>(number()), given));
      case 3:
        return keep(RtCreateWaitableTimerA(nullptr, yes(), given));
      default: {
        const DWORD high = up_to(7) == 0 ? number() : 0;
        return keep(RtCreateSharedMemoryA(number(), high, up_to(1 << 16), given, yes() ? &address : nullptr));
      }
    }
  }

  void create_wide() {
    const Exact<wchar_t> name = text<wchar_t>();
    switch (up_to(2)) {
      case 0:
        return keep(RtCreateMutexW(nullptr, yes(), name.get()));
      case 1:
        return keep(RtCreateEventW(nullptr, yes(), yes(), name.get()));
      default:
        return keep(RtCreateSemaphoreW(nullptr, static_cast<LONG>(number()), static_cast<LONG>(number()), name.get()));
    }
  }

  void open() {
    const Exact<char> name = text<char>();
    void* address = nullptr;
    switch (up_to(6)) {
      case 0:
        return keep(RtOpenMutexA(number(), yes(), name.get()));
      case 1:
        return keep(RtOpenEventA(number(), yes(), name.get()));
      case 2:
        return keep(RtOpenSemaphoreA(number(), yes(), name.get()));
      case 3:
        return keep(RtOpenSharedMemoryA(number(), yes(), name.get(), &address));
      case 4:
        return keep(RtOpenWaitableTimerA(number(), yes(), name.get()));
      case 5:
        return keep(RtOpenMutexW(number(), yes(), text<wchar_t>().get()));
      default:
        return keep(RtOpenProcess(number(), yes(), yes() ? RtGetCurrentProcessId() : number()));
    }
  }

  void change() {
    LONG previous = 0;
    switch (up_to(8)) {
      case 0:
        RtReleaseMutex(handle());
        break;
      case 1:
        RtSetEvent(handle());
        break;
      case 2:
        RtResetEvent(handle());
        break;
      case 3:
        RtPulseEvent(handle());
        break;
      case 4:
        RtReleaseSemaphore(handle(), static_cast<LONG>(number()), yes() ? &previous : nullptr);
        break;
      case 5:
        RtUnmapSharedMemory(
            reinterpret_cast<void*>(static_cast<std::uintptr_t>(input_.ConsumeIntegral<std::uint64_t>())));
        break;
      case 6:
        RtMapViewOfSharedMemory(handle(), number(), up_to(3), up_to(1 << 17), number());
        break;
      case 7:
        RtSetThreadPriority(handle(), static_cast<int>(number()));
        break;
      default:
        close_one();
        break;
    }
  }

  void close_one() {
    const HANDLE closed = handle();
    if (RtCloseHandle(closed) != FALSE) std::erase(handles_, closed);
  }

  // Counts beyond the limit come with a null or a full array; time-outs that would be waited for are short.
  void wait() {
    const DWORD timeout = up_to(1);
    if (input_.ConsumeBool()) {
      ULARGE_INTEGER units{};
      units.QuadPart = up_to(20'000);
      RtWaitForSingleObjectEx(handle(), yes() ? &units : nullptr);
      RtWaitForSingleObject(handle(), timeout);
      return;
    }
    const DWORD count = input_.ConsumeBool() ? up_to(4) : up_to(70);
    std::vector<HANDLE> handles;
    for (DWORD i = 0; i < count; ++i) handles.push_back(handle());
    const Exact<HANDLE> exact(handles);
    const DWORD given = up_to(15) == 0 ? 65 + number() % 0xffff'ff00 : count;
    RtWaitForMultipleObjects(given, given != count || up_to(7) == 0 ? nullptr : exact.get(), yes(), timeout);
  }

  void look() {
    RTSS_MUTEX_STATE mutex{};
    RTSS_EVENT_STATE event{};
    RTSS_SEMAPHORE_STATE semaphore{};
    SHARED_MEMORY_INFO memory{};
    mutex.Size = yes() ? sizeof mutex : number();
    event.Size = yes() ? sizeof event : number();
    semaphore.Size = yes() ? sizeof semaphore : number();
    RtssQueryMutex(handle(), yes() ? &mutex : nullptr);
    RtssQueryEvent(handle(), yes() ? &event : nullptr);
    RtssQuerySemaphore(handle(), yes() ? &semaphore : nullptr);
    RtQuerySharedMemory(handle(), yes() ? &memory : nullptr);
    LARGE_INTEGER time{};
    RtGetClockTime(number(), yes() ? &time : nullptr);
    time.QuadPart = input_.ConsumeIntegral<std::int64_t>();
    RtSetClockTime(2 + up_to(8), yes() ? &time : nullptr);
  }

  static DWORD RTFCNDCL nothing(LPVOID) { return 1; }
  static VOID RTFCNDCL no_routine(PVOID) {}

  void tasks() {
    DWORD code = 0;
    LARGE_INTEGER time{};
    time.QuadPart = input_.ConsumeIntegral<std::int64_t>();
    switch (up_to(8)) {
      case 0:
        return keep(RtCreateThread(nullptr, up_to(1 << 20), yes() ? nothing : nullptr, nullptr, up_to(4), nullptr));
      case 1:
        RtGetExitCodeThread(handle(), yes() ? &code : nullptr);
        break;
      case 2:
        RtGetExitCodeProcess(handle(), yes() ? &code : nullptr);
        break;
      case 3:
        RtGetThreadPriority(handle());
        RtGetThreadTimeQuantum(handle());
        break;
      case 4:
        RtSuspendThread(other());
        RtResumeThread(handle());
        break;
      case 5:
        RtTerminateThread(other(), number());
        break;
      case 6:
        return keep(RtCreateTimer(nullptr, up_to(1 << 20), yes() ? no_routine : nullptr, nullptr, number(), number()));
      case 7:
        RtSetTimer(handle(), &time, yes() ? &time : nullptr);
        RtSetTimerRelative(handle(), yes() ? &time : nullptr, nullptr);
        break;
      default:
        RtGetTimer(handle(), &time);
        RtCancelTimer(handle(), yes() ? &time : nullptr);
        RtDeleteTimer(handle());
        break;
    }
  }

  void texts() {
    // A text whatever the format takes it for: narrow, or wide with either size of unit.
    alignas(wchar_t) std::array<char, 64 + sizeof(wchar_t)> argument{};
    std::fill_n(argument.begin(), 64, 'x');
    char* const a = argument.data();
    switch (up_to(3)) {
      case 0: {
        const std::uint32_t capacity = up_to(40);
        const Exact<char> out{std::vector<char>(capacity)};
        print(capacity == 0 ? nullptr : out.get(), capacity, format<char>().get(), a, a, a, a, a, a, a, a);
        break;
      }
      case 1: {
        const std::uint32_t capacity = up_to(40);
        const Exact<wchar_t> out{std::vector<wchar_t>(capacity)};
        print_wide(capacity == 0 ? nullptr : out.get(), capacity, format<wchar_t>().get(), a, a, a, a, a, a, a, a);
        break;
      }
      case 2:
        RtAtoi(text<char>().get());
        break;
      default:
        RtWtoi(text<wchar_t>().get());
        break;
    }
  }

  FuzzedDataProvider input_;
  std::vector<HANDLE> handles_;
};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  clean_up_after(getpid());
  namespace_name = "fuzz-" + std::to_string(getpid());
  setenv("RTSS_NAMESPACE", namespace_name.c_str(), 1);
  setenv("RTSS_REALTIME", "off", 1);  // a level from the input must not starve the machine
  setenv("RTSS_LIMITS", "processes=4,threads=64,objects=256,handles=512", 1);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Caller(data, size).run();
  return 0;
}
