// The fork server is forked before the test program has a second thread or has touched the library. It forks process
// peers on request, so that each starts as a fresh process of the same image, and reaps them. When the test
// program ends, in whatever way, it kills the peers that are left and unlinks the program's namespace files.
#pragma once

#include <sys/types.h>

#include <string>

namespace rtss::test {

// `body` runs in each process peer with the descriptor given to fork_from_server().
void start_fork_server(void (*body)(int descriptor));
void stop_fork_server();
pid_t fork_from_server(int descriptor);

// Name of this program's namespace, or of another one of its own: both are unlinked at the end.
std::string namespace_name(const std::string& suffix = {});
std::string namespace_file(const std::string& name);  // path of that namespace in /dev/shm

}  // namespace rtss::test
