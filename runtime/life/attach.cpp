#include "runtime/life/attach.h"

#include <sys/mman.h>
#include <unistd.h>

#include <optional>

#include "platform/futex.h"
#include "platform/message.h"
#include "platform/process_identity.h"
#include "platform/thread_calls.h"
#include "runtime/life/base_for_children.h"
#include "runtime/life/main_thread.h"
#include "runtime/life/mapped_slots.h"
#include "runtime/life/reaper.h"
#include "runtime/life/thread_table.h"
#include "runtime/names/names.h"
#include "runtime/segment/segment.h"
#include "runtime/sync/doorbell.h"

namespace rtss::runtime {

namespace {

[[gnu::noinline]] void leave_if_registered(ThreadState& self) {
  if (!is_registered(self)) return;
  if (self.in_library != 0) {
    // Ended inside a slow path: no lock may be touched. Its reaper waits for the kernel's mark.
    watch_thread(attachment.view, slot_of(self.identity));
    return;
  }
  const InLibrary guard(self);
  leave_thread(attachment.view, self);
}

// Runs when a registered thread ends in an orderly way. A pthread key, not a thread_local: those are destroyed before
// the program's static objects, which may still release mutexes.
void thread_ends(void* /*state*/) {
  platform::forget_frames_of_cancelled_calls();
  leave_if_registered(self_state);
}

// Empty: the program has used up the system's pthread keys.
std::optional<pthread_key_t> exit_key() {
  static const std::optional<pthread_key_t> key = [] {
    pthread_key_t made{};
    return pthread_key_create(&made, thread_ends) == 0 ? std::optional(made) : std::nullopt;
  }();
  return key;
}

// What the thread's own variables say belongs to the creator: its TID above all, which would stand in a lock that the
// child takes, and its identity, which may be that of a thread in another namespace.
void forget_creator_in_child() {
  platform::RobustLock::forget_thread();
  self_state = ThreadState{.spin_ns = self_state.spin_ns};
}

Status attach_process() {
  if (const char* why = platform::why_no_futex(); why != nullptr) {
    platform::warn("%s", why);
    return Status::kIncompatible;
  }
  if (!exit_key()) {
    platform::warn("the program has used up the pthread keys: one is needed for the end of threads");
    return Status::kNoMemory;
  }
  if (madvise(&attachment, sizeof attachment, MADV_WIPEONFORK) != 0) {
    platform::warn("the kernel refused MADV_WIPEONFORK: a forked child could not be told from its parent");
    return Status::kIncompatible;
  }
  if (!platform::join_thread_order()) {
    platform::warn("the kernel refused membarrier: let the seccomp profile allow it");
    return Status::kIncompatible;
  }
  install_orphan_collector(collect_orphans);
  static const bool forgets_creator = pthread_atfork(nullptr, nullptr, forget_creator_in_child) == 0;
  if (!forgets_creator || !give_forked_children_their_base()) return Status::kNoMemory;
  constexpr int kAttempts = 100;  // each lost only to a process that removed the file at that moment
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    MappedSegment segment = open_or_create_segment();
    if (segment.status != Status::kOk) return segment.status;
    const StartedReaper reaper = start_reaper(segment.view, segment);
    if (reaper.status == Status::kOk) {
      attachment.view = segment.view;
      attachment.process.store(reaper.process);
      follow_main_thread();
      return Status::kOk;
    }
    platform::unmap(segment.view.header, offsets_of(segment.view.limits).total);
    if (reaper.status == Status::kInvalidParameter) return reaper.status;  // said already
    if (reaper.status != Status::kRetry) {
      platform::warn("cannot attach to %s: %s", segment.path,
                     reaper.status == Status::kTableFull ? "all its process slots are in use" : "no thread or memory");
      return reaper.status;
    }
  }
  return Status::kAccessDenied;
}

}  // namespace

Status enter_slow(ThreadState& self) {
  self = ThreadState{.spin_ns = self.spin_ns};  // whatever else it says belongs to a process before a fork
  platform::RobustLock::forget_thread();
  const InLibrary guard(self);
  if (const char* why = platform::RobustLock::why_unsupported(); why != nullptr) {
    platform::warn("%s", why);
    return Status::kIncompatible;
  }
  Status status = Status::kOk;
  pthread_mutex_lock(&attachment.attach_lock);
  if (attachment.process.load(std::memory_order_relaxed) == 0) status = attach_process();
  pthread_mutex_unlock(&attachment.attach_lock);
  if (status != Status::kOk) return status;

  const Identity process = attachment.process.load(std::memory_order_acquire);
  const std::uint64_t sealed_start = platform::own_sealed_start();
  await_mapped(attachment.view, Pool::kThreads);
  const NamespaceLock lock(attachment.view);
  if (!lock.is_held()) return report_corruption("the namespace lock is unusable");
  status = register_thread(lock, process, sealed_start, self);
  if (status != Status::kOk) return status;
  pthread_setspecific(*exit_key(), &self);
  self.process = process;
  return Status::kOk;
}

}  // namespace rtss::runtime
