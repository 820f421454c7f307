#include "tests/support/observe.h"

#include <sched.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "tests/support/watchdog.h"

namespace rtss::test {
namespace {

constexpr auto kSettlingTime = std::chrono::seconds(kSanitized ? 60 : 15);

void pause_briefly() {
  sched_yield();
  const timespec briefly{.tv_sec = 0, .tv_nsec = 50'000};
  nanosleep(&briefly, nullptr);
}

std::optional<inspect::View>& current_view() {
  static std::optional<inspect::View> current;
  if (!current) {
    std::string error;
    current = inspect::View::current(&error);
  }
  return current;
}

const char* kind_name(runtime::Kind kind) {
  switch (kind) {
    case runtime::Kind::kMutex:
      return "mutex";
    case runtime::Kind::kEvent:
      return "event";
    case runtime::Kind::kSemaphore:
      return "semaphore";
    default:
      return "other";
  }
}

bool counts_as_leftover(const inspect::ObjectView& object) {
  return object.kind == runtime::Kind::kMutex || object.kind == runtime::Kind::kEvent ||
         object.kind == runtime::Kind::kSemaphore;
}

std::string describe(const inspect::ObjectView& object) {
  std::ostringstream text;
  text << "  object " << object.slot << ' ' << kind_name(object.kind) << " '" << object.name << "' references "
       << object.references << (object.signaled ? " signaled" : "") << (object.abandoned ? " abandoned" : "")
       << (object.orphan ? " orphan" : "");
  if (object.owner_tid != 0) text << " owner " << object.owner_pid << '/' << object.owner_tid;
  if (object.kind == runtime::Kind::kSemaphore) text << " count " << object.count << '/' << object.maximum;
  for (const auto& waiter : object.waiters) text << " waiter " << waiter.pid << '/' << waiter.tid;
  text << '\n';
  return text.str();
}

std::string find_inconsistencies(const inspect::View& of) {
  std::string found;
  for (const auto& line : inspect::inconsistencies(of.segment())) found += "  inconsistent: " + line + '\n';
  return found;
}

std::string find_leftovers() {
  std::string found = find_inconsistencies(view());
  for (const auto& object : view().objects()) {
    if (counts_as_leftover(object)) found += describe(object);
  }
  return found;
}

// What `find` still finds after a bounded while.
std::string settle(const std::function<std::string()>& find) {
  const auto give_up = std::chrono::steady_clock::now() + kSettlingTime;
  std::string found = find();
  while (!found.empty() && std::chrono::steady_clock::now() < give_up) {
    pause_briefly();
    found = find();
  }
  return found;
}

}  // namespace

const inspect::View& view() {
  auto& current = current_view();
  if (!current) {
    std::fputs("the test's namespace cannot be inspected\n", stderr);
    std::abort();
  }
  return *current;
}

void await(const char* what, const std::function<bool()>& holds) {
  const Awaiting awaiting(what);
  while (!holds()) pause_briefly();
}

bool is_blocked(pid_t tid) {
  const auto thread = view().thread(tid);
  return thread && thread->blocked;
}

void await_blocked(pid_t tid) {
  await("a peer is blocked", [tid] { return current_view() && is_blocked(tid); });
}

bool sleeps(const Peer& peer) {
  std::ifstream file("/proc/" + std::to_string(peer.pid()) + "/task/" + std::to_string(peer.tid()) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text.substr(name_end, 4) == ") S ";
}

void await_asleep(const Peer& peer) {
  await_blocked(peer);
  await("a blocked peer sleeps", [&peer] { return sleeps(peer); });
}

std::size_t blocked_threads(pid_t pid) {
  const auto threads = view().threads();
  return static_cast<std::size_t>(std::ranges::count_if(
      threads, [pid](const auto& thread) { return thread.blocked && (pid == 0 || thread.pid == pid); }));
}

std::string contents(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

std::string describe_namespace() {
  if (!current_view()) return "  no namespace\n";
  std::string text;
  for (const auto& object : view().objects()) text += describe(object);
  for (const auto& thread : view().threads()) {
    if (!thread.blocked) continue;
    text += "  thread " + std::to_string(thread.pid) + '/' + std::to_string(thread.tid) + " blocked on";
    for (const auto slot : thread.blocked_on) text += ' ' + std::to_string(slot);
    text += '\n';
  }
  return text;
}

std::string settled_inconsistencies(const inspect::View& of) {
  return settle([&of] { return find_inconsistencies(of); });
}

std::string leftovers() { return current_view() ? settle(find_leftovers) : std::string{}; }

}  // namespace rtss::test
