#include "runtime/services/thread_start.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "platform/clock.h"
#include "platform/futex.h"
#include "platform/process_identity.h"
#include "platform/processors.h"
#include "platform/thread_calls.h"
#include "runtime/life/main_thread.h"
#include "runtime/life/thread_table.h"
#include "runtime/services/close.h"
#include "runtime/services/host.h"
#include "runtime/services/task.h"
#include "runtime/services/task_control.h"
#include "runtime/sync/set_level.h"

namespace rtss::runtime {

namespace {

constexpr std::size_t kHelperStackBytes = std::size_t{128} * 1024;

std::atomic<std::uint32_t> living{0};         // threads started here, helpers not counted
thread_local constinit bool counted = false;  // the calling thread is one of them
std::atomic<std::uint32_t> last_exit_code{0};

enum Stage : std::uint32_t { kStarting, kReady, kFailed, kGo, kGivenUp };

// Shared by the creator and the new thread until GO; the last to let go of it deletes it.
struct Start {
  ThreadPlan plan;
  std::atomic<std::uint32_t> stage{kStarting};
  std::atomic<int> holders{2};
  StartedThread result{.status = Status::kOk, .handle = kNoHandle, .tid = 0, .identity = 0};

  void advance(Stage to) {
    stage.store(to, std::memory_order_release);
    platform::futex_wake(stage, 1);
  }
  std::uint32_t wait_while(Stage from) {
    std::uint32_t now = stage.load(std::memory_order_acquire);
    for (; now == from; now = stage.load(std::memory_order_acquire)) {
      platform::futex_wait(stage, from, platform::Deadline::never());
    }
    return now;
  }
  void let_go() {
    if (holders.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
};

// The new thread's place in the namespace.
Status settle_in(Start& start) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return status;
  start.result.tid = platform::current_tid();
  start.result.identity = self.identity;
  if (host() != nullptr && start.plan.processors != 0 &&
      platform::write_processors(start.result.tid, start.plan.processors) != 0) {
    return Status::kInvalidParameter;
  }
  if (!start.plan.wants_handle) return Status::kOk;
  const Opened opened = open_current_thread();
  start.result.handle = opened.handle;
  return opened.status;
}

class Living {
 public:
  explicit Living(bool helper) : helper_(helper) { counted = !helper; }
  ~Living() {
    if (helper_)
      helper_threads.fetch_sub(1, std::memory_order_relaxed);
    else
      thread_leaves(self_state.exit_code);
  }
  Living(const Living&) = delete;
  Living& operator=(const Living&) = delete;

 private:
  bool helper_;
};

void* thread_main(void* argument) {
  Start& start = *static_cast<Start*>(argument);
  const ThreadPlan plan = start.plan;
  const Living living_here(plan.helper);
  platform::sleep_precisely();
  start.result.status = settle_in(start);
  start.advance(start.result.status == Status::kOk ? kReady : kFailed);
  const bool go = start.result.status == Status::kOk && start.wait_while(kReady) == kGo;
  start.let_go();
  if (!go) return nullptr;
  admit_control_signal();
  serve_requests(self_state);
  set_exit_code(plan.of_program ? run_routine(plan.routine, plan.argument) : plan.routine(plan.argument));
  return nullptr;
}

// 0 or an errno value. Starts a detached thread.
int launch(void* (*routine)(void*), void* argument, std::size_t stack_bytes, std::uint64_t processors,
           bool admits_signals) {
  if (stack_bytes > PTRDIFF_MAX) return ENOMEM;  // not even to be rounded up
  if (admits_signals && host() != nullptr) return host()->start_thread(routine, argument, stack_bytes);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (stack_bytes != 0) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t least = std::max(stack_bytes, static_cast<std::size_t>(PTHREAD_STACK_MIN) + 2 * page);
    pthread_attr_setstacksize(&attributes, (least + page - 1) / page * page);
  }
  if (processors != 0) {
    const cpu_set_t set = platform::processor_set(processors);
    pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
  }
  const auto create = admits_signals ? platform::create_thread : platform::create_thread_without_signals;
  const int error = create(attributes, routine, argument);
  pthread_attr_destroy(&attributes);
  return error;
}

// A forked child has none of them.
void forget_threads_in_children() {
  static const int registered = pthread_atfork(nullptr, nullptr, [] {
    living.store(0, std::memory_order_relaxed);
    counted = false;
  });
  static_cast<void>(registered);
}

// From READY on: what the creator has to add.
Status equip(const Start& start) {
  const ThreadState& self = self_state;
  if (start.plan.suspended) request_suspension(start.result.identity);
  return set_level(attachment.view, self, start.result.identity, start.plan.level);
}

struct Helper {
  void (*routine)(void*);
  void* argument;
};

void* helper_main(void* argument) {
  const Helper helper = *static_cast<Helper*>(argument);
  delete static_cast<Helper*>(argument);
  helper.routine(helper.argument);
  helper_threads.fetch_sub(1, std::memory_order_relaxed);
  return nullptr;
}

}  // namespace

StartedThread start_thread(const ThreadPlan& plan) {
  const StartedThread none{.status = Status::kNoMemory, .handle = kNoHandle, .tid = 0, .identity = 0};
  if (const Status status = enter(self_state); status != Status::kOk) return {status, kNoHandle, 0, 0};
  const InLibrary guard(self_state);  // ended half-way it would leave the new thread waiting for ever
  auto* const start = new (std::nothrow) Start{.plan = plan};
  if (start == nullptr) return none;
  install_control_signal();
  forget_threads_in_children();
  std::atomic<std::uint32_t>& count = plan.helper ? helper_threads : living;
  count.fetch_add(1, std::memory_order_relaxed);
  if (const int error = launch(thread_main, start, plan.stack_bytes, plan.processors, true); error != 0) {
    count.fetch_sub(1, std::memory_order_relaxed);
    delete start;
    return {error == EINVAL ? Status::kInvalidParameter : Status::kNoMemory, kNoHandle, 0, 0};
  }
  StartedThread result = none;
  if (start->wait_while(kStarting) == kReady) {
    const Status equipped = equip(*start);
    result = start->result;
    result.status = equipped;
    start->advance(equipped == Status::kOk ? kGo : kGivenUp);
  } else {
    result = start->result;
  }
  start->let_go();
  if (result.status != Status::kOk && result.handle != kNoHandle) {
    close(result.handle);
    result.handle = kNoHandle;
  }
  return result;
}

bool start_helper(void (*routine)(void* argument), void* argument) {
  auto* const helper = new (std::nothrow) Helper{routine, argument};
  if (helper == nullptr) return false;
  helper_threads.fetch_add(1, std::memory_order_relaxed);
  if (launch(helper_main, helper, kHelperStackBytes, 0, false) == 0) return true;
  helper_threads.fetch_sub(1, std::memory_order_relaxed);
  delete helper;
  return false;
}

void thread_leaves(std::uint32_t exit_code) noexcept {
  last_exit_code.store(exit_code, std::memory_order_relaxed);
  if (!counted) return;
  counted = false;
  living.fetch_sub(1, std::memory_order_acq_rel);
  platform::futex_wake(living, INT_MAX);
}

void leave_process_to_others() noexcept {
  constexpr std::uint64_t kLookAgainNs = 20'000'000;
  for (;;) {
    const std::uint32_t left = living.load(std::memory_order_acquire);
    auto deadline = platform::Deadline::never();
    if (left == 0) {
      if (others_left() == 0) std::exit(static_cast<int>(last_exit_code.load(std::memory_order_relaxed)));
      // Threads that the program made by other means do not report their end.
      deadline = platform::Deadline::at(platform::monotonic_ns() + kLookAgainNs);
    }
    platform::futex_wait(living, left, deadline);
  }
}

void exit_this_thread(std::uint32_t exit_code) {
  set_exit_code(exit_code);
  if (host() != nullptr) {
    thread_leaves(exit_code);
    host()->exit_thread(exit_code);
  }
  if (platform::current_tid() != getpid()) pthread_exit(nullptr);
  thread_leaves(exit_code);
  ThreadState& self = self_state;
  if (is_registered(self)) {
    const InLibrary guard(self);
    leave_thread(attachment.view, self);
  }
  leave_process_to_others();
}

}  // namespace rtss::runtime
