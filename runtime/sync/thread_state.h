// This process in its namespace: the mapping, its identity, and each thread's place.
//
// The Attachment lives in a page that is zeroed in forked children (MADV_WIPEONFORK), so a child by fork, _Fork or
// clone without CLONE_VM is unattached, whatever its thread-local copies still say: those are compared with it.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>

#include "runtime/segment/layout.h"
#include "runtime/segment/types.h"

namespace rtss::runtime {

// The greatest page size of the processors supported: whatever the system's is, no neighbour shares a page with it.
inline constexpr std::size_t kMaxPageBytes = std::size_t{64} * 1024;

// Who ends a process whose main thread has ended by pthread_exit: see main_thread.cpp.
enum class MainThread : std::uint8_t { kRuns, kEnded, kFollowed };

struct alignas(kMaxPageBytes) Attachment {
  std::atomic<Identity> process;  // 0: unattached. Written last
  SegmentView view;
  pthread_mutex_t attach_lock;  // all zeroes is unlocked
  std::atomic<bool> refused;    // said once why attaching fails
  std::atomic<MainThread> main_thread;
  std::atomic<std::uint32_t> suspected_ms;                                  // see suspect_owners()
  std::array<std::atomic<std::uint8_t>, kPools> mapped_everywhere;          // chunks; see await_mapped()
  std::array<std::atomic<std::uint64_t>, kMaxLimits.threads / 64> awaited;  // a bit for each slot: see watch_thread()
};
extern Attachment attachment;

// The mutex that a thread used last, resolved. A memo: it holds as long as the handle's entry still says the same.
struct LastMutex {
  Handle handle = ~Handle{0};  // no handle's value
  const HandleEntry* entry = nullptr;
  std::uint64_t check = 0;
  std::uint64_t target = 0;
  Object* object = nullptr;
  Word free = 0;
  Word owned = 0;  // by this thread
};

// In the static thread-local storage of a library that may be loaded late: there only small alignments are to be had.
struct alignas(16) ThreadState {
  Identity process = ~Identity{0};  // differs from every Attachment::process until the thread is registered
  Identity identity = 0;
  ThreadRecord* record = nullptr;
  WaitBlock* blocks = nullptr;
  std::uint32_t in_library = 0;           // > 0 inside a slow path
  std::uint32_t exit_code = 0;            // for the thread's object
  std::uint32_t spin_ns = 0;              // how long a wait watches its park word before it sleeps
  volatile std::sig_atomic_t asleep = 0;  // in a wait's sleep: may be stopped although in_library is not 0
  // A request to suspend or end the thread, which came while it was inside a slow path: served when that ends.
  void (*volatile pending)(ThreadState&) noexcept = nullptr;
  LastMutex last_mutex{};
};
extern thread_local constinit ThreadState self_state __attribute__((tls_model("initial-exec")));

inline bool is_registered(const ThreadState& self) {
  return self.process == attachment.process.load(std::memory_order_acquire);
}

inline void serve_pending(ThreadState& self) {
  if (auto* const serve = self.pending; serve != nullptr) [[unlikely]]
    serve(self);
}

// Marks a slow path: a thread is neither ended nor parked inside one. A cancellation that was held off may act when the
// mark goes, and unwinds from there.
enum class Cancellation : std::uint8_t {
  kHeldOff,   // for what may open files, which are cancellation points
  kDeferred,  // for operations on objects, which have none but the sleep of a wait: free of cost for most threads
};

template <Cancellation kCancellation>
class Inside {
 public:
  explicit Inside(ThreadState& self) : self_(self) {
    if constexpr (kCancellation == Cancellation::kHeldOff)
      pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &previous_);
    else
      pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &previous_);
    ++self_.in_library;
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  ~Inside() noexcept(false) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const bool outermost = --self_.in_library == 0;
    std::atomic_signal_fence(std::memory_order_seq_cst);  // from here on the signal's handler stops the thread itself
    if (outermost) serve_pending(self_);
    if constexpr (kCancellation == Cancellation::kHeldOff)
      pthread_setcancelstate(previous_, nullptr);
    else
      pthread_setcanceltype(previous_, nullptr);
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  ThreadState& self_;
  int previous_ = 0;
};

using InLibrary = Inside<Cancellation::kHeldOff>;
using InOperation = Inside<Cancellation::kDeferred>;

// Says once per process that the segment is inconsistent; returns kCorrupt.
Status report_corruption(const char* what);

}  // namespace rtss::runtime
