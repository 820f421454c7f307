#include "runtime/services/child.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <list>
#include <mutex>
#include <new>

#include "platform/clock.h"
#include "platform/descriptor.h"
#include "platform/pi_mutex.h"
#include "platform/processors.h"
#include "platform/steps.h"
#include "platform/thread_calls.h"
#include "runtime/services/close.h"
#include "runtime/services/create.h"
#include "runtime/services/program.h"
#include "runtime/services/task.h"
#include "runtime/services/thread_start.h"
#include "runtime/services/timer.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

struct Child {
  ObjectRef object;
  Identity parent;  // a forked child inherits the list, but these are its parent's
  pid_t pid;
  bool suspended;
  bool reaped = false;  // pid may be another's
};

struct Children {
  platform::PiMutex mutex;
  std::list<Child> list;
};

Children& children() {
  static Children* const all = [] {
    static Children* made = new Children;
    pthread_atfork(nullptr, nullptr, [] { new (made) Children; });
    return made;
  }();
  return *all;
}

Child* find_child(const ObjectRef& ref) {
  for (Child& child : children().list) {
    const bool same = child.object.slot == ref.slot && child.object.generation == ref.generation;
    if (same && child.parent == attachment.process.load(kRelaxed)) return &child;
  }
  return nullptr;
}

std::uint64_t pack_pid(pid_t pid) { return static_cast<std::uint64_t>(static_cast<std::uint32_t>(pid)) << 32; }

bool has_ended(const ObjectRef& ref) {
  const Word word = ref.object->word.load(std::memory_order_acquire);
  return generation_of(word) != ref.generation || event::is_set(word);
}

// The exit code, unless one was noted before: by the process itself, or by its killer.
void note_code(const ObjectRef& ref, std::uint32_t code) {
  std::uint32_t none = kExitCodeStillActive;
  task_exit_code(*ref.object).compare_exchange_strong(none, code, kRelaxed);
}

void signal_end(const ObjectRef& ref, std::uint32_t code) {
  const SegmentView& view = attachment.view;
  SlowPath slow(view, nullptr);
  if (slow.begin(*ref.object) == SlowPath::Begin::kLocked) {
    const Word word = ref.object->word.load(kRelaxed);
    if (generation_of(word) == ref.generation) {
      note_code(ref, code);
      ref.object->word.change(word, event::set(word));
    }
    slow.complete(*ref.object);
  }
  slow.leave();
}

bool is_member(pid_t pid) {
  const SegmentView& view = attachment.view;
  const std::uint32_t used = processes_used(view);
  return std::any_of(view.processes, view.processes + used,
                     [pid](const ProcessRecord& process) { return process.pid.load(kRelaxed) == pid; });
}

// Nothing of the child is in the namespace when its object is signaled, unless a stopped process holds up the sweep.
void await_sweep(pid_t pid) {
  constexpr int kAttempts = 5000;
  constexpr std::uint64_t kPauseNs = 200'000;
  for (int i = 0; i < kAttempts && is_member(pid); ++i) platform::sleep_until(platform::monotonic_ns() + kPauseNs);
}

// Helper thread of one child: until it ends.
void watch_child(void* argument) {
  const Child watched = *static_cast<Child*>(argument);
  siginfo_t info{};
  int result = 0;
  do {
    result = waitid(P_PID, static_cast<id_t>(watched.pid), &info, WEXITED | WNOWAIT);
  } while (result == -1 && errno == EINTR);
  {
    // From here on the pid is not used; then the kernel may.
    const std::lock_guard lock(children().mutex);
    if (Child* const child = find_child(watched.object)) child->reaped = true;
  }
  await_sweep(watched.pid);  // before the pid is another's
  waitid(P_PID, static_cast<id_t>(watched.pid), &info, WEXITED);
  const bool exited = result == 0 && info.si_code == CLD_EXITED;
  signal_end(watched.object, exited ? static_cast<std::uint32_t>(info.si_status) : kExitCodeOfKilled);
  const std::lock_guard lock(children().mutex);
  children().list.remove_if([&](const Child& child) {
    return child.object.slot == watched.object.slot && child.object.generation == watched.object.generation;
  });
}

// The child's object, with two handles.
Status make_object(ThreadState& self, StartedChild* started, ObjectRef* ref) {
  const NamespaceLock lock(attachment.view);
  if (const Status status = check_writable(lock, self); status != Status::kOk) return status;
  const ObjectInit init{.kind = Kind::kProcess, .manual_reset = true, .exit_code = kExitCodeStillActive};
  const Opened process = make_new(lock, self, init, {}, needs_nothing);
  if (process.status != Status::kOk) return process.status;
  started->process = process.handle;
  if (!resolve(lock.view(), self.process, process.handle, ref)) return Status::kCorrupt;
  const Opened thread = open_existing(lock, self, Kind::kProcess, ref->slot, Status::kOk);
  started->thread = thread.handle;
  return thread.status;
}

Status launch(const ChildPlan& plan, const ObjectRef& ref, StartedChild* started) {
  std::string path;
  if (const Status status = find_program(plan.program, &path); status != Status::kOk) return status;
  const std::lock_guard lock(children().mutex);  // its helper and a killer find it complete
  if (const Status status = spawn(path, plan, &started->pid); status != Status::kOk) return status;
  task_ids(attachment.view.infos[ref.slot]).store(pack_pid(started->pid), std::memory_order_release);
  Child& child = children().list.emplace_back(Child{
      .object = ref, .parent = attachment.process.load(kRelaxed), .pid = started->pid, .suspended = plan.suspended});
  if (start_helper(watch_child, &child)) return Status::kOk;
  kill(started->pid, SIGKILL);
  waitpid(started->pid, nullptr, 0);
  children().list.pop_back();
  return Status::kNoMemory;
}

bool is_reaper(pid_t pid, int tid) {
  char path[64];
  char name[32] = {};
  std::snprintf(path, sizeof path, "/proc/%d/task/%d/comm", pid, tid);
  platform::fill_standard_descriptors();
  std::FILE* const file = std::fopen(path, "re");
  if (file == nullptr) return false;
  const bool read = std::fgets(name, sizeof name, file) != nullptr;
  std::fclose(file);
  return read && std::strcmp(name, "rtss-reaper\n") == 0;
}

// Calls on each task of a process except its reaper, which runs everywhere.
template <typename Call>
Status each_task(pid_t pid, const Call& call) {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/task", pid);
  platform::fill_standard_descriptors();
  DIR* const directory = opendir(path);
  if (directory == nullptr) return Status::kAccessDenied;
  Status status = Status::kOk;
  while (const dirent* const entry = readdir(directory)) {
    const int tid = std::atoi(entry->d_name);
    if (tid > 0 && status == Status::kOk && !is_reaper(pid, tid)) status = call(tid);
  }
  closedir(directory);
  return status;
}

std::int32_t live_pid(Handle process, bool own, Status* status) {
  if (own) return getpid();
  ObjectRef ref{};
  *status = find_handle(self_state, process, Kind::kProcess, &ref);
  if (*status != Status::kOk) return 0;
  if (has_ended(ref)) *status = Status::kAccessDenied;
  return static_cast<std::int32_t>(task_ids(attachment.view.infos[ref.slot]).load(kRelaxed) >> 32);
}

// Before the process ends: processes with a handle to it will read this code.
std::atomic<bool> code_is_known{false};
std::atomic<std::uint32_t> known_code{0};

void note_own_exit(int status, void* /*unused*/) {
  ThreadState& self = self_state;
  if (attachment.process.load(std::memory_order_acquire) == 0) return;
  const std::uint32_t code = code_is_known.load() ? known_code.load() : static_cast<std::uint32_t>(status);
  if (!is_registered(self)) platform::RobustLock::forget_thread();  // _Fork() runs no handler
  const InLibrary guard(self);
  const SegmentView& view = attachment.view;
  constexpr std::uint64_t kLockTimeoutNs = 50'000'000;  // a stopped process may hold the lock: no exit waits for it
  const NamespaceLock lock(view, platform::Deadline::at(platform::monotonic_ns() + kLockTimeoutNs));
  if (!lock.is_held()) return;
  const std::uint32_t used = objects_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    Object& object = view.objects[slot];
    if (kind_of(object) != Kind::kProcess || task_ids(view.infos[slot]).load(kRelaxed) != pack_pid(getpid())) continue;
    const Word word = object.word.load(kRelaxed);
    if (!event::is_set(word)) note_code({.object = &object, .slot = slot, .generation = generation_of(word)}, code);
  }
  RTSS_STEP("exit.noted");
}

[[gnu::constructor]] void note_exit_later() { on_exit(note_own_exit, nullptr); }

}  // namespace

StartedChild start_child(const ChildPlan& plan) {
  StartedChild started{.status = Status::kOk, .process = kNoHandle, .thread = kNoHandle, .pid = 0};
  ThreadState& self = self_state;
  started.status = enter(self);
  if (started.status != Status::kOk) return started;
  const InLibrary guard(self);
  ObjectRef ref{};
  started.status = make_object(self, &started, &ref);
  if (started.status == Status::kOk) started.status = launch(plan, ref, &started);
  if (started.status == Status::kOk) return started;
  for (const Handle handle : {started.process, started.thread}) {
    if (handle != kNoHandle) close(handle);
  }
  return started;
}

Opened open_process_or_child(std::int32_t pid) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  {
    const std::lock_guard lock(children().mutex);
    for (const Child& child : children().list) {
      if (child.pid != pid || child.reaped || child.parent != self.process) continue;
      const NamespaceLock names(attachment.view);
      if (const Status status = check_writable(names, self); status != Status::kOk) return {status, kNoHandle};
      if (generation_of(child.object.object->word.load(kRelaxed)) != child.object.generation)
        break;  // its handles are closed
      return open_existing(names, self, Kind::kProcess, child.object.slot, Status::kOk);
    }
  }
  return open_process(pid);
}

Status kill_process(Handle process, std::uint32_t exit_code) {
  ObjectRef ref{};
  if (const Status status = find_handle(self_state, process, Kind::kProcess, &ref); status != Status::kOk)
    return status;
  const InLibrary guard(self_state);
  if (has_ended(ref)) return Status::kAccessDenied;
  const SegmentView& view = attachment.view;
  const auto pid = static_cast<pid_t>(task_ids(view.infos[ref.slot]).load(kRelaxed) >> 32);
  {
    const std::lock_guard lock(children().mutex);
    if (const Child* const child = find_child(ref)) {
      if (child->reaped) return Status::kAccessDenied;
      note_code(ref, exit_code);
      return kill(child->pid, SIGKILL) == 0 ? Status::kOk : Status::kAccessDenied;
    }
  }
  const auto identity = task_identity(view.infos[ref.slot]);
  const ProcessRecord* const record = view.process(slot_of(identity));
  const platform::Descriptor descriptor = platform::open_process(pid);
  // Alive when looked at after the descriptor was made: then the descriptor is of that very process.
  const bool alive = record != nullptr && record->identity.load(std::memory_order_acquire) == identity &&
                     record->pid.load(kRelaxed) == pid && !platform::RobustLock::is_dead(record->life.observe());
  if (!alive || !descriptor) return Status::kAccessDenied;
  note_code(ref, exit_code);
  if (platform::kill_process(descriptor) == 0) return Status::kOk;
  std::uint32_t noted = exit_code;
  task_exit_code(*ref.object).compare_exchange_strong(noted, kExitCodeStillActive, kRelaxed);
  return Status::kAccessDenied;
}

Status resume_child(Handle process, std::uint32_t* previous) {
  ObjectRef ref{};
  *previous = 0;
  if (const Status status = find_handle(self_state, process, Kind::kProcess, &ref); status != Status::kOk)
    return status;
  const InLibrary guard(self_state);
  const std::lock_guard lock(children().mutex);
  Child* const child = find_child(ref);
  if (child == nullptr || child->reaped || !child->suspended) return Status::kOk;
  child->suspended = false;
  *previous = 1;
  return kill(child->pid, SIGCONT) == 0 ? Status::kOk : Status::kAccessDenied;
}

Status get_process_processors(Handle process, bool own, std::uint64_t* processors) {
  Status status = Status::kOk;
  const std::int32_t pid = live_pid(process, own, &status);
  if (status != Status::kOk) return status;
  return platform::read_processors(pid, processors) ? Status::kOk : Status::kAccessDenied;
}

Status set_process_processors(Handle process, bool own, std::uint64_t processors) {
  Status status = Status::kOk;
  const std::int32_t pid = live_pid(process, own, &status);
  if (status != Status::kOk) return status;
  return each_task(pid, [processors](int tid) {
    switch (platform::write_processors(tid, processors)) {
      case 0:
      case ESRCH:  // ended meanwhile
        return Status::kOk;
      case EINVAL:
        return Status::kInvalidParameter;
      default:
        return Status::kAccessDenied;
    }
  });
}

void exit_process(std::uint32_t exit_code) {
  known_code.store(exit_code);
  code_is_known.store(true);
  stop_all_timers();
  std::exit(static_cast<int>(exit_code));
}

void end_process(std::uint32_t exit_code) {
  known_code.store(exit_code);
  code_is_known.store(true);
  note_own_exit(0, nullptr);
  _exit(static_cast<int>(exit_code));
}

}  // namespace rtss::runtime
