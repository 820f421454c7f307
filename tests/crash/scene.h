// A namespace of its own with a few process peers, one of which dies at a labelled step. What must hold afterwards,
// whatever the label, is checked by settle() and end().
#pragma once

#include <signal.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/steps.h"
#include "runtime/inspect/inspect.h"
#include "tests/support/arena.h"
#include "tests/support/calls.h"
#include "tests/support/peer.h"
#include "tests/support/watchdog.h"

namespace rtss::test {

namespace inspect = rtss::runtime::inspect;

// Words of the arena that scenes use.
inline constexpr std::size_t kSurvivedWord = 1000;  // the doomed call returned
inline constexpr std::size_t kCrashedWord = 1001;   // a peer died of this signal: a fault of the library's

// Where a process dies: at its `visit`-th arrival at `label`. One that `stops` is stopped there first.
struct Death {
  Name label;
  unsigned visit = 1;
  bool stops = false;
};

class Scene {
 public:
  Scene();
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  // Called with a process that stopped at its death's step; it is to kill it.
  void when_stopped(std::function<void(ProcessPeer&)> look) { when_stopped_ = std::move(look); }

  // A fresh process, not attached until its first call.
  ProcessPeer& peer();
  // Ends one at once.
  void end_peer(ProcessPeer& peer);

  // Runs the call in the peer, which must die in it at that very step.
  template <class Result, class... Parameters>
  void kill_in(ProcessPeer& victim, const Death& death, Result (*function)(Parameters...),
               const std::type_identity_t<Parameters>&... arguments) {
    await_killed(victim, start_doomed(victim, death, function, arguments...));
  }

  // As kill_in(), for a call that blocks before it gets there.
  template <class Result, class... Parameters>
  Pending<void> start_doomed(ProcessPeer& victim, const Death& death, Result (*function)(Parameters...),
                             const std::type_identity_t<Parameters>&... arguments) {
    victim_stops_ = death.stops;
    return victim.start(&run_doomed<Result, Parameters...>, death, function, arguments...);
  }
  void await_killed(ProcessPeer& victim, const Pending<void>& call);

  // Of all peers only the sweeper and the first victim are awake: what the one leaves is for the other, which must die
  // at that step while it sweeps or repairs. `trigger` ends the first victim.
  void kill_sweeper(ProcessPeer& sweeper, const Death& death, ProcessPeer& first_victim,
                    const std::function<void()>& trigger);

  void await_blocked(const Peer& peer);  // and asleep: stopped or killed, it holds no lock

  // Waits until the dead are swept and the namespace is consistent; says so if that never happens.
  void settle();

  // After settle(): every mutex can be had, the peers leave, and nothing of them remains.
  void end();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const inspect::View& view();
  [[nodiscard]] std::int32_t count(const char* semaphore);
  [[nodiscard]] bool is_set(const char* event);
  [[nodiscard]] bool is_abandoned(const char* mutex);
  [[nodiscard]] bool exists(const char* name);
  [[nodiscard]] std::size_t memory_files() const;  // of shared memory objects, in the file system

 private:
  static void arm(Death death) { RtssArmStep(death.label.c_str(), death.visit, death.stops ? SIGSTOP : SIGKILL); }
  template <class Result, class... Parameters>
  static void run_doomed(Death death, Result (*function)(Parameters...), Parameters... arguments) {
    arm(death);
    function(arguments...);
    arena().words[kSurvivedWord].store(1);
  }
  [[nodiscard]] std::string disorder(bool empty);
  void await_order(bool empty, const char* when);

  std::string name_;
  std::vector<std::unique_ptr<ProcessPeer>> peers_;
  std::unique_ptr<inspect::View> view_;
  std::function<void(ProcessPeer&)> when_stopped_;
  bool victim_stops_ = false;
};

void end_in_order();  // for a process: exit(0)
bool has_ended(const Peer& peer);
bool is_stopped(const Peer& peer);  // all its threads are
void await_stopped(const Peer& peer);

}  // namespace rtss::test
