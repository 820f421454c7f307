// Events, mutexes, semaphores and shared memory: making, opening, changing, looking.
#include "bench/micro/register.h"

namespace rtss::bench {
namespace {

constexpr DWORD kBytes = 4096;

HANDLE manual_event() { return made(RtCreateEventA(nullptr, TRUE, FALSE, "micro event")); }
HANDLE free_mutex() { return made(RtCreateMutexA(nullptr, FALSE, "micro mutex")); }
HANDLE owned_mutex() { return made(RtCreateMutexA(nullptr, TRUE, "micro mutex")); }
HANDLE semaphore() { return made(RtCreateSemaphoreA(nullptr, 1, 1, "micro semaphore")); }
HANDLE memory(VOID** location) {
  return made(RtCreateSharedMemoryA(PAGE_READWRITE, 0, kBytes, "micro memory", location));
}
HANDLE mapped_memory() {
  VOID* location = nullptr;
  return memory(&location);
}

template <class State>
State sized() {
  State state{};
  state.Size = sizeof(state);
  return state;
}

[[maybe_unused]] const Calls kObjects = {
    call("RtCreateEventA, RtCloseHandle", [] { close_handle(made(RtCreateEventA(nullptr, FALSE, FALSE, "micro"))); }),
    call("RtCreateEventA without a name, RtCloseHandle",
         [] { close_handle(made(RtCreateEventA(nullptr, FALSE, FALSE, nullptr))); }),
    call(
        "RtOpenEventA, RtCloseHandle", manual_event,
        [](HANDLE) { close_handle(made(RtOpenEventA(SYNCHRONIZE, FALSE, "micro event"))); }, close_handle),
    call(
        "RtSetEvent, RtResetEvent", manual_event,
        [](HANDLE event) {
          expect(RtSetEvent(event));
          expect(RtResetEvent(event));
        },
        close_handle),
    call(
        "RtPulseEvent", manual_event, [](HANDLE event) { expect(RtPulseEvent(event)); }, close_handle),
    call(
        "RtssQueryEvent", manual_event,
        [](HANDLE event) {
          auto state = sized<RTSS_EVENT_STATE>();
          expect(RtssQueryEvent(event, &state));
        },
        close_handle),
    call(
        "RtssPin on and off", [] { return made(RtCreateEventA(nullptr, FALSE, FALSE, "micro")); },
        [](HANDLE event) {
          expect(RtssPin(event, TRUE));
          expect(RtssPin(event, FALSE));
        },
        close_handle),
    call("RtCreateMutexA, RtCloseHandle", [] { close_handle(made(RtCreateMutexA(nullptr, FALSE, "micro"))); }),
    call(
        "RtOpenMutexA, RtCloseHandle", free_mutex,
        [](HANDLE) { close_handle(made(RtOpenMutexA(SYNCHRONIZE, FALSE, "micro mutex"))); }, close_handle),
    call(
        "RtWaitForSingleObjectEx, RtReleaseMutex", free_mutex,
        [](HANDLE mutex) {
          ULARGE_INTEGER timeout;
          timeout.QuadPart = 10'000'000;
          require(RtWaitForSingleObjectEx(mutex, &timeout) == WAIT_OBJECT_0, "wait failed");
          expect(RtReleaseMutex(mutex));
        },
        close_handle),
    call(
        "RtWaitForMultipleObjectsEx for all of one, RtReleaseMutex", free_mutex,
        [](HANDLE mutex) {
          ULARGE_INTEGER timeout;
          timeout.QuadPart = 10'000'000;
          require(RtWaitForMultipleObjectsEx(1, &mutex, TRUE, &timeout) == WAIT_OBJECT_0, "wait failed");
          expect(RtReleaseMutex(mutex));
        },
        close_handle),
    call(
        "RtssQueryMutex", owned_mutex,
        [](HANDLE mutex) {
          auto state = sized<RTSS_MUTEX_STATE>();
          expect(RtssQueryMutex(mutex, &state));
        },
        [](HANDLE mutex) {
          expect(RtReleaseMutex(mutex));
          close_handle(mutex);
        }),
    call("RtCreateSemaphoreA, RtCloseHandle", [] { close_handle(made(RtCreateSemaphoreA(nullptr, 0, 1, "micro"))); }),
    call(
        "RtOpenSemaphoreA, RtCloseHandle", semaphore,
        [](HANDLE) { close_handle(made(RtOpenSemaphoreA(SYNCHRONIZE, FALSE, "micro semaphore"))); }, close_handle),
    call(
        "RtWaitForSingleObject, RtReleaseSemaphore", semaphore,
        [](HANDLE units) {
          require(RtWaitForSingleObject(units, INFINITE) == WAIT_OBJECT_0, "wait failed");
          expect(RtReleaseSemaphore(units, 1, nullptr));
        },
        close_handle),
    call(
        "RtssQuerySemaphore", semaphore,
        [](HANDLE units) {
          auto state = sized<RTSS_SEMAPHORE_STATE>();
          expect(RtssQuerySemaphore(units, &state));
        },
        close_handle),
    call("RtCreateSharedMemoryA, RtCloseHandle", [] { close_handle(mapped_memory()); }),
    call(
        "RtOpenSharedMemoryA, RtUnmapSharedMemory, RtCloseHandle", mapped_memory,
        [](HANDLE) {
          VOID* location = nullptr;
          const HANDLE opened = made(RtOpenSharedMemoryA(SHM_MAP_WRITE, FALSE, "micro memory", &location));
          expect(RtUnmapSharedMemory(location));
          close_handle(opened);
        },
        close_handle),
    call(
        "RtMapViewOfSharedMemory, RtUnmapViewOfSharedMemory", mapped_memory,
        [](HANDLE shared) {
          const LPVOID view = RtMapViewOfSharedMemory(shared, SHM_MAP_WRITE, 0, 0, 0);
          require(view != nullptr, "a measured call failed");
          expect(RtUnmapViewOfSharedMemory(view));
        },
        close_handle),
    call(
        "RtQuerySharedMemory", mapped_memory,
        [](HANDLE shared) {
          SHARED_MEMORY_INFO info{};
          expect(RtQuerySharedMemory(shared, &info));
        },
        close_handle),
};

}  // namespace
}  // namespace rtss::bench
