// rtss kill: ends a process of the namespace and tells what became of what it owned.
#include "tools/rtss/run/kill.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/shared_file.h"
#include "runtime/inspect/inspect.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"
#include "tools/rtss/support/owner.h"

namespace rtss::tool {

namespace {

namespace inspect = runtime::inspect;

constexpr double kDefaultTimeout = 5;

struct KillOptions {
  std::vector<std::string> targets;
  bool force = false;
  std::optional<double> seconds;
};

constexpr const char* kFooter =
    "Asks the process to end (SIGTERM), waits, and says what became of the mutexes it owned. A process may be ended "
    "at\n"
    "any moment, also by force: what it owned is abandoned, the next owner is notified, and the namespace goes on.\n"
    "\n"
    "  rtss kill 4711            by process id\n"
    "  rtss kill motion          the owner of the mutex \"motion\"\n"
    "  rtss kill controller      the process of that program name, if there is only one\n"
    "  rtss kill -w 1 --force controller\n"
    "\n"
    "Exit status: 0 it has ended; 75 it is still running; 125 usage, or an error of rtss: no such process in this\n"
    "namespace, say, or another user's.\n";

// ---- target -------------------------------------------------------------------------------------------------------

std::optional<std::int32_t> as_pid(const std::string& target) {
  std::int32_t pid = 0;
  const char* const end = target.data() + target.size();
  const auto [stop, error] = std::from_chars(target.data(), end, pid);
  return error == std::errc{} && stop == end && pid > 0 ? std::optional(pid) : std::nullopt;
}

std::vector<std::int32_t> living(const inspect::View& view) {
  std::vector<std::int32_t> pids;
  for (const inspect::ProcessView& process : view.processes()) {
    if (!process.dead && process.pid != getpid()) pids.push_back(process.pid);
  }
  return pids;
}

std::optional<std::int32_t> only_one_of(const std::string& target, const std::vector<std::int32_t>& pids) {
  if (pids.size() == 1) return pids.front();
  std::string list;
  for (const std::int32_t pid : pids) list += " " + std::to_string(pid);
  trouble(in_quotes(target) + (pids.empty() ? ": neither an owned mutex nor a program that uses this namespace; \"rtss "
                                              "ls -t mutex\" and \"rtss top\" show both"
                                            : ": several processes are called so; name one by its id:" + list));
  return std::nullopt;
}

std::optional<std::int32_t> resolve(const inspect::View& view, const std::string& target) {
  const std::vector<std::int32_t> pids = living(view);
  if (const auto pid = as_pid(target)) {
    if (std::ranges::find(pids, *pid) != pids.end()) return pid;
    trouble("process " + target + ": does not use this namespace; \"rtss info\" names it, kill(1) ends any process");
    return std::nullopt;
  }
  const auto mutex = view.object(plain_name(target), Kind::kMutex);
  if (mutex && mutex->owner_pid != 0) return mutex->owner_pid;
  std::vector<std::int32_t> called_so;
  std::ranges::copy_if(pids, std::back_inserter(called_so), [&](std::int32_t pid) { return is_called(pid, target); });
  return only_one_of(target, called_so);
}

// ---- what it owns -------------------------------------------------------------------------------------------------

std::vector<inspect::ObjectView> mutexes_of(const inspect::View& view, std::int32_t pid) {
  std::vector<inspect::ObjectView> owned = view.objects();
  std::erase_if(owned, [pid](const auto& object) { return object.kind != Kind::kMutex || object.owner_pid != pid; });
  return owned;
}

void add_new(std::vector<inspect::ObjectView>& owned, std::vector<inspect::ObjectView> more) {
  for (inspect::ObjectView& object : more) {
    const auto same = [&](const auto& known) {
      return known.slot == object.slot && known.generation == object.generation;
    };
    if (std::ranges::none_of(owned, same)) owned.push_back(std::move(object));
  }
}

std::string fate(const inspect::View& view, const inspect::ObjectView& before, std::int32_t pid) {
  const auto now = view.object_at(before.slot);
  if (!now || now->generation != before.generation) return "gone: no other process had it open";
  if (now->abandoned || now->owner_pid == pid) return "abandoned: its next owner is notified";
  if (now->owner_pid == 0) return "released";
  return "now owned by " + describe_owner(now->owner_pid, now->owner_tid);
}

void report(const inspect::View& view, const std::vector<inspect::ObjectView>& owned, std::int32_t pid) {
  for (const inspect::ObjectView& object : owned) {
    const std::string name = object.name.empty() ? "without a name" : in_quotes(object.name);
    std::printf("  mutex %s: %s\n", name.c_str(), fate(view, object, pid).c_str());
  }
}

// ---- ending it ----------------------------------------------------------------------------------------------------

class Victim {
 public:
  explicit Victim(std::int32_t pid)
      : text_(describe_owner(pid, pid)),
        task_(RtOpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(pid))),
        descriptor_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}

  [[nodiscard]] bool is_open() const { return task_ && descriptor_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  // True: it was sent. Says why not.
  [[nodiscard]] bool send(int signal) const {
    if (syscall(SYS_pidfd_send_signal, descriptor_.get(), signal, nullptr, 0) == 0 || errno == ESRCH) return true;
    trouble(text_ + ": cannot be ended: " + std::strerror(errno) +
            "; it belongs to another user: run this as that one");
    return false;
  }
  // Until it has ended and been swept.
  [[nodiscard]] bool await_end(double seconds) const {
    ULARGE_INTEGER timeout = timeout_of(seconds);
    return RtWaitForSingleObjectEx(task_.get(), &timeout) == WAIT_OBJECT_0;
  }

 private:
  std::string text_;
  Handle task_;
  platform::Descriptor descriptor_;
};

int end_process(const inspect::View& view, std::int32_t pid, const KillOptions& options) {
  const Victim victim(pid);
  if (!victim.is_open()) return trouble("pid " + std::to_string(pid) + ": has just ended");
  const double seconds = options.seconds.value_or(kDefaultTimeout);
  std::vector<inspect::ObjectView> owned = mutexes_of(view, pid);
  if (!victim.send(SIGTERM)) return kTrouble;
  static_cast<void>(victim.send(SIGCONT));  // one that is stopped ends, too
  const char* by = "SIGTERM";
  bool ended = victim.await_end(seconds);
  if (!ended && options.force) {
    add_new(owned, mutexes_of(view, pid));
    if (!victim.send(SIGKILL)) return kTrouble;
    by = "SIGKILL";
    ended = victim.await_end(kDefaultTimeout);
  }
  if (!ended) {
    warn(victim.text() + ": still running " + seconds_text(seconds) + " after SIGTERM" +
         (options.force ? ", and SIGKILL has not ended it yet" : "; --force ends it with SIGKILL"));
    return kBusy;
  }
  std::printf("%s: ended after %s\n", victim.text().c_str(), by);
  report(view, owned, pid);
  return kDone;
}

int kill_all(const KillOptions& options) {
  std::string error;
  const auto view = inspect::View::current(&error);
  if (!view) return trouble(error + "; " + remedy_of(error));
  // As a member of the namespace this process sweeps what the dead leave.
  const Handle membership(RtCreateEventA(nullptr, TRUE, FALSE, nullptr));
  if (!membership) return failed("kill", "RtCreateEvent", RtGetLastError());
  int worst = kDone;
  for (const std::string& target : options.targets) {
    const auto pid = resolve(*view, target);
    worst = std::max(worst, pid ? end_process(*view, *pid, options) : static_cast<int>(kTrouble));
  }
  return worst;
}

}  // namespace

void add_kill(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("kill", "End a process safely, and tell what it leaves");
  auto options = std::make_shared<KillOptions>();
  command->add_option("TARGET", options->targets, "Process id, mutex that it owns, or program name")->required();
  command->add_flag("-f,--force", options->force, "If it does not end by itself, kill it (SIGKILL)");
  add_wait_option(*command, options->seconds)->description("Give it so many seconds to end by itself; 5 unless given");
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = kill_all(*options); });
}

}  // namespace rtss::tool
