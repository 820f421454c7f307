// What tests see of the namespace without being part of it: blocked threads, what exists, whether all is consistent.
#pragma once

#include <sys/types.h>

#include <concepts>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/inspect/inspect.h"
#include "tests/support/peer.h"

namespace rtss::test {

namespace inspect = rtss::runtime::inspect;

// The namespace of this test program. It exists once the program, or a peer, has made its first call.
const inspect::View& view();

// Polls until `holds` does. There is no bound but the watchdog, which then prints `what`.
void await(const char* what, const std::function<bool()>& holds);

// Blocked: every block of the wait is queued and nothing has satisfied it. A call that signals has decided who
// leaves before it returns, so after one these answers are final, not a matter of time.
bool is_blocked(pid_t tid);
void await_blocked(pid_t tid);

inline bool is_blocked(const Peer& peer) { return is_blocked(peer.tid()); }

template <std::derived_from<Peer>... Peers>
void await_blocked(const Peers&... peers) {
  (await_blocked(peers.tid()), ...);
}

bool sleeps(const Peer& peer);  // in the kernel

// Blocked, and asleep in the kernel: stopping it now stops it nowhere else.
void await_asleep(const Peer& peer);

// Number of threads of process `pid` that are blocked; of all processes when it is 0.
std::size_t blocked_threads(pid_t pid = 0);

// All bytes of a file, as of a namespace that must not change.
std::string contents(const std::string& path);

// One line per object and per blocked thread.
std::string describe_namespace();

// Waits a bounded while for peers that are leaving to be swept; then says what is inconsistent in the namespace.
std::string settled_inconsistencies(const inspect::View& of);

// Waits a bounded while for peers that are leaving to be swept; then says what is inconsistent or left over.
// Empty when the namespace is consistent and holds no mutex, event or semaphore.
std::string leftovers();

}  // namespace rtss::test
