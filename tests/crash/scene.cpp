#include "tests/crash/scene.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/support/fork_server.h"
#include "tests/support/observe.h"

namespace rtss::test {
namespace {

// Bounds that end a test whose death or sweep does not come, before the watchdog ends the program.
constexpr int kGiveUpSeconds = kSanitized ? 60 : 15;

void await_or_give_up(const char* what, const std::function<bool()>& holds) {
  const Awaiting awaiting(what);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(kGiveUpSeconds);
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= give_up) throw std::runtime_error(std::string("in vain: ") + what);
    usleep(100);
  }
}

void note_crash(int signal) {
  arena().words[kCrashedWord].store(static_cast<std::uint32_t>(signal));
  _exit(1);
}

void enter_scene(Name name) {
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  setenv("RTSS_LIMITS", "processes=64,threads=256,objects=256,handles=4096", 1);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE}) ::signal(signal, note_crash);
}

int take_and_release_all(Name name) {
  const HANDLE mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, name.c_str());
  if (mutex == nullptr) return 1;
  const DWORD result = RtWaitForSingleObject(mutex, INFINITE);
  if (result != WAIT_OBJECT_0 && result != WAIT_ABANDONED) return 2;
  if (!RtReleaseMutex(mutex)) return 3;
  return RtCloseHandle(mutex) ? 0 : 4;
}

char state_of_task(const std::string& directory) {
  std::ifstream file(directory + "/stat");
  std::string text;
  std::getline(file, text);  // fails, and does not throw, when the task is gone meanwhile
  const auto name_end = text.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= text.size() ? 'X' : text[name_end + 2];
}

bool task_has_ended(pid_t pid) {
  const char state = state_of_task("/proc/" + std::to_string(pid));
  return state == 'Z' || state == 'X';
}

void attach() { RtCloseHandle(RtCreateEventA(nullptr, FALSE, FALSE, nullptr)); }

std::string next_scene() {
  static int scenes = 0;
  return namespace_name("scene" + std::to_string(++scenes));
}

}  // namespace

bool is_stopped(const Peer& peer) {
  const std::filesystem::path tasks = "/proc/" + std::to_string(peer.pid()) + "/task";
  const std::filesystem::directory_iterator all(tasks);
  return std::all_of(begin(all), end(all), [](const auto& task) { return state_of_task(task.path()) == 'T'; });
}

void end_in_order() { exit(0); }

void await_stopped(const Peer& peer) {
  await("a peer is stopped", [&peer] { return is_stopped(peer); });
}

bool has_ended(const Peer& peer) { return task_has_ended(peer.pid()); }

Scene::Scene() : name_(next_scene()) { arena().clear(); }

Scene::~Scene() {
  peers_.clear();
  unlink(namespace_file(name_).c_str());
}

ProcessPeer& Scene::peer() {
  peers_.push_back(std::make_unique<ProcessPeer>());
  peers_.back()->call(enter_scene, Name(name_));
  return *peers_.back();
}

void Scene::end_peer(ProcessPeer& peer) {
  std::erase_if(peers_, [&peer](const auto& each) { return each.get() == &peer; });
}

void Scene::await_killed(ProcessPeer& victim, const Pending<void>& call) {
  await_or_give_up("the victim dies or its call returns",
                   [&] { return call.done() || (victim_stops_ && is_stopped(victim)); });
  if (victim_stops_ && !call.done()) {
    when_stopped_(victim);
    await_or_give_up("the victim dies", [&call] { return call.done(); });
  }
  EXPECT_EQ(arena().words[kCrashedWord].load(), 0U) << "died of a signal that no test sent";
  if (arena().words[kSurvivedWord].load() != 0) {
    throw std::runtime_error("the call returned without having come to the step");
  }
  victim.await_end();
}

void Scene::kill_sweeper(ProcessPeer& sweeper, const Death& death, ProcessPeer& first_victim,
                         const std::function<void()>& trigger) {
  sweeper.call(attach);
  std::vector<ProcessPeer*> stopped;
  for (const auto& peer : peers_) {
    if (peer.get() == &sweeper || peer.get() == &first_victim || has_ended(*peer)) continue;
    peer->signal(SIGSTOP);
    await_stopped(*peer);
    stopped.push_back(peer.get());
  }
  const std::uint32_t swept_before = view().info().processes.in_use;
  sweeper.call(arm, death);
  trigger();
  const auto swept = [&] { return view().info().processes.in_use < swept_before && view().info().unswept == 0; };
  await_or_give_up("the sweeper comes to the step or is done",
                   [&] { return death.stops ? is_stopped(sweeper) : has_ended(sweeper) || swept(); });
  const bool died = death.stops || !swept();
  if (death.stops) when_stopped_(sweeper);
  for (ProcessPeer* const peer : stopped) {
    if (!has_ended(*peer)) peer->signal(SIGCONT);
  }
  EXPECT_EQ(arena().words[kCrashedWord].load(), 0U) << "died of a signal that no test sent";
  if (!died) throw std::runtime_error("the sweep ended without having come to the step");
  sweeper.await_end();
}

const inspect::View& Scene::view() {
  std::string error;
  while (!view_) {
    auto opened = inspect::View::open(name_, &error);
    if (opened) view_ = std::make_unique<inspect::View>(std::move(*opened));
  }
  return *view_;
}

void Scene::await_blocked(const Peer& peer) {
  await_or_give_up("a peer is blocked", [&] {
    if (has_ended(peer)) throw std::runtime_error("a peer died before it was blocked");
    const auto thread = view().thread(peer.tid());
    return thread && thread->blocked && sleeps(peer);
  });
}

std::string Scene::disorder(bool empty) {
  std::string found;
  const auto info = view().info();
  if (info.unswept != 0) found += "  " + std::to_string(info.unswept) + " slots of the dead are not swept\n";
  for (const auto& process : view().processes()) {  // a slot under its sweeper's hands reads as if it lived
    if (task_has_ended(process.pid)) found += "  process " + std::to_string(process.pid) + " is not swept\n";
  }
  for (const auto& line : inspect::inconsistencies(view().segment())) found += "  " + line + '\n';
  if (!empty) return found;
  for (const auto& object : view().objects()) {
    found += "  object " + std::to_string(object.slot) + " '" + object.name + "' is left\n";
  }
  if (info.processes.in_use != 1) found += "  " + std::to_string(info.processes.in_use) + " processes\n";
  if (info.threads.in_use != 1) found += "  " + std::to_string(info.threads.in_use) + " threads\n";
  if (info.handles.in_use != 0) found += "  " + std::to_string(info.handles.in_use) + " handles\n";
  return found;
}

void Scene::await_order(bool empty, const char* when) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(kGiveUpSeconds);
  std::string found = disorder(empty);
  while (!found.empty() && std::chrono::steady_clock::now() < give_up) {
    usleep(1000);
    found = disorder(empty);
  }
  EXPECT_EQ(found, "") << when;
}

void Scene::settle() { await_order(false, "after the death"); }

void Scene::end() {
  ProcessPeer& heir = peer();
  for (const auto& object : view().objects()) {
    if (object.kind != runtime::Kind::kMutex || object.name.empty()) continue;
    EXPECT_EQ(heir.call(take_and_release_all, Name(object.name)), 0) << object.name;
  }
  heir.call(attach);
  peers_.erase(peers_.begin(), peers_.end() - 1);
  await_order(true, "when all but one have left");
  EXPECT_EQ(arena().words[kCrashedWord].load(), 0U) << "a peer died of a signal that no test sent";
}

std::int32_t Scene::count(const char* semaphore) {
  const auto object = view().object(semaphore);
  return object ? object->count : -1;
}

bool Scene::is_set(const char* event) {
  const auto object = view().object(event);
  return object && object->signaled;
}

bool Scene::is_abandoned(const char* mutex) {
  const auto object = view().object(mutex);
  return object && object->abandoned;
}

bool Scene::exists(const char* name) { return view().object(name).has_value(); }

std::size_t Scene::memory_files() const {
  const std::string start = std::filesystem::path(namespace_file(name_)).filename().string() + ".shm-";
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    if (entry.path().filename().string().starts_with(start)) ++found;
  }
  return found;
}

}  // namespace rtss::test
