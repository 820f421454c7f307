#include "platform/robust_lock.h"

#include <linux/futex.h>
#include <pthread.h>

#include <cerrno>
#include <type_traits>

#include "platform/futex.h"
#include "platform/message.h"
#include "platform/process_identity.h"
#include "platform/system_call.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace rtss::platform {

static_assert(RobustLock::kOwnerDiedBit == FUTEX_OWNER_DIED);
static_assert(RobustLock::kWaitersBit == FUTEX_WAITERS);
static_assert(RobustLock::kTidMask == FUTEX_TID_MASK);
static_assert(std::is_standard_layout_v<RobustLock>);
static_assert(offsetof(pthread_mutex_t, __data.__list.__next) - offsetof(pthread_mutex_t, __data.__lock) ==
                  RobustLock::kWordToLink,
              "glibc's pthread_mutex_t and this lock are entries of one list");
static_assert(offsetof(pthread_mutex_t, __data.__list.__next) - offsetof(pthread_mutex_t, __data.__list.__prev) ==
              sizeof(std::uintptr_t));

namespace {

using Address = std::uintptr_t;
constexpr Address kInheritsBit = 1;  // in a link: the entry that it leads to is a PI futex

// What the kernel needs to know of a thread, read once.
struct Self {
  robust_list_head* list;
  std::uint32_t tid;  // 0: not read yet
};
thread_local constinit Self self __attribute__((tls_model("initial-exec"))){};

// False: refused. Null: the thread has no list.
bool find_list(robust_list_head** list) noexcept {
  std::size_t bytes = 0;
  return rtss_system_call(SYS_get_robust_list, 0, list, &bytes) == 0 && bytes == sizeof **list;
}

[[gnu::noinline]] void learn_self() {
  if (!find_list(&self.list)) fatal("get_robust_list, which worked before, is refused now");
  if (self.list == nullptr) fatal("a thread's robust list, which was there before, is gone");
  self.tid = static_cast<std::uint32_t>(current_tid());
}

// The list is read by the kernel at any instruction, and by no other thread: program order is all that is needed.
volatile Address& at(Address link) { return *reinterpret_cast<volatile Address*>(link); }
volatile Address& back_from(Address link) { return at((link & ~kInheritsBit) - sizeof(Address)); }
void in_program_order() { std::atomic_signal_fence(std::memory_order_seq_cst); }

Address head_link() { return reinterpret_cast<Address>(&self.list->list.next); }

// What is done from now on is done, for the kernel, when this thread has died.
void operation_over() {
  in_program_order();
  at(reinterpret_cast<Address>(&self.list->list_op_pending)) = 0;
}

// The kernel hands a lock over without an instruction that the sanitizer sees.
void note_handed_over([[maybe_unused]] std::atomic<std::uint32_t>& word) {
#ifdef __SANITIZE_THREAD__
  __tsan_acquire(&word);
#endif
}
void note_handing_over([[maybe_unused]] std::atomic<std::uint32_t>& word) {
#ifdef __SANITIZE_THREAD__
  __tsan_release(&word);
#endif
}

LockOutcome given_by_kernel(std::atomic<std::uint32_t>& word) {
  note_handed_over(word);
  if (!RobustLock::is_dead(word.load(std::memory_order_acquire))) return LockOutcome::kAcquired;
  word.fetch_and(~RobustLock::kOwnerDiedBit, std::memory_order_relaxed);
  return LockOutcome::kOwnerDied;
}

}  // namespace

void RobustLock::initialise(Protocol protocol) {
  inherits_.store(protocol == Protocol::kPriorityInherit ? 1 : 0, std::memory_order_relaxed);
}

const char* RobustLock::why_unsupported() noexcept {
  robust_list_head* list = nullptr;
  if (!find_list(&list))
    return "get_robust_list is refused: let the seccomp profile of the container or service allow it; an emulator that "
           "has no such call runs no namespace";
  if (list == nullptr)
    return "this thread has no list of robust locks, which glibc keeps for each thread that pthread_create() makes: no "
           "thread of a bare clone(), or of another C library, can use a namespace";
  if (list->futex_offset != -kWordToLink)
    return "this C library's list of robust locks has not the shape of glibc's: use glibc 2.35 or later";
  return nullptr;
}

void RobustLock::forget_thread() noexcept { self = Self{}; }

// Says which lock is being taken or given up, in case this thread dies before the list says so.
void RobustLock::announce() {
  if (self.tid == 0) [[unlikely]]
    learn_self();
  at(reinterpret_cast<Address>(&self.list->list_op_pending)) =
      reinterpret_cast<Address>(&link_) | (inherits() ? kInheritsBit : 0);
  in_program_order();
}

void RobustLock::join_list() {
  in_program_order();
  const Address own = reinterpret_cast<Address>(&link_);
  const Address first = at(head_link());
  at(own) = first;
  back_from(own) = head_link();
  back_from(first) = own;
  in_program_order();
  at(head_link()) = own | (inherits() ? kInheritsBit : 0);
}

void RobustLock::leave_list() {
  const Address own = reinterpret_cast<Address>(&link_);
  const Address next = at(own);
  const Address previous = back_from(own);
  back_from(next) = previous;
  at(previous) = next;
  in_program_order();
}

LockOutcome RobustLock::lock() { return lock_until(Deadline::never()); }

LockOutcome RobustLock::lock_until(Deadline deadline) {
  announce();
  std::uint32_t seen = 0;
  LockOutcome outcome = LockOutcome::kAcquired;
  if (!word_.compare_exchange_strong(seen, self.tid, std::memory_order_acquire, std::memory_order_relaxed))
    outcome = lock_in_kernel(deadline);
  if (outcome == LockOutcome::kAcquired || outcome == LockOutcome::kOwnerDied) {
    join_list();
    acquisitions_.store(acquisitions_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  operation_over();
  return outcome;
}

LockOutcome RobustLock::lock_in_kernel(Deadline deadline) {
  constexpr int kMarks = 16;  // a word that names no thread however often it is marked is being damaged
  for (int mark = 0; mark < kMarks;) {
    const int error = futex_lock_pi(word_, deadline);
    switch (error) {
      case 0:
        return given_by_kernel(word_);
      case ETIMEDOUT:
        return LockOutcome::kBusy;
      case ESRCH:
        ++mark;
        mark_vanished_holder();
        break;
      case ENOMEM:
        if (!futex_nap(deadline)) return LockOutcome::kBusy;
        break;
      case EINTR:
      case EAGAIN:
        break;
      default:  // EDEADLK: the word names this thread; EPERM, EINVAL: no word that the kernel wrote
        return LockOutcome::kUnusable;
    }
  }
  return LockOutcome::kUnusable;
}

// The kernel knows no thread of the word's TID: its holder died without the kernel's mark. That mark is made in the
// kernel's stead, on the very value that was asked about.
void RobustLock::mark_vanished_holder() {
  std::uint32_t seen = word_.load(std::memory_order_relaxed);
  const auto holder = static_cast<std::int32_t>(seen & kTidMask);
  if (holder == 0 || !futex_owner_is_gone(holder)) return;  // marked, or given up, meanwhile
  word_.compare_exchange_strong(seen, (seen & kWaitersBit) | kOwnerDiedBit, std::memory_order_acq_rel);
}

LockOutcome RobustLock::try_lock() {
  announce();
  std::uint32_t seen = word_.load(std::memory_order_relaxed);
  LockOutcome outcome = LockOutcome::kBusy;
  while (is_free(seen) || is_dead(seen)) {
    if (!word_.compare_exchange_weak(seen, self.tid | (seen & kWaitersBit), std::memory_order_acquire,
                                     std::memory_order_relaxed))
      continue;
    outcome = is_dead(seen) ? LockOutcome::kOwnerDied : LockOutcome::kAcquired;
    join_list();
    break;
  }
  operation_over();
  return outcome;
}

void RobustLock::unlock() {
  announce();
  // Another thread's entry is in another list.
  if ((word_.load(std::memory_order_relaxed) & kTidMask) != self.tid) [[unlikely]]
    return operation_over();
  leave_list();
  if (inherits()) {
    std::uint32_t seen = self.tid;
    // Sequentially consistent: see try_destroy(), which sets ORPHAN and asks for the lock.
    if (!word_.compare_exchange_strong(seen, 0, std::memory_order_seq_cst, std::memory_order_relaxed)) {
      note_handing_over(word_);
      futex_unlock_pi(word_);
    }
  } else if ((word_.exchange(0, std::memory_order_release) & kWaitersBit) != 0) {
    futex_wake(word_, 1);
  }
  operation_over();
}

}  // namespace rtss::platform
