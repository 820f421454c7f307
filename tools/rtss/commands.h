// The sub-commands of rtss. Each function adds its own to the program; a command's callback runs after parsing and
// leaves what the program exits with in exit_code.
#pragma once

#include <CLI/CLI.hpp>

namespace rtss::tool {

// The child's own exit code (128 + N on signal N), or one of these.
enum ExitCode : int {
  kDone = 0,
  kBusy = 75,       // held, or timed out
  kAbandoned = 76,  // --on-abandoned=fail, and the last owner died
  kTrouble = 125,   // usage, or an error of our own
  kCannotRun = 126,
  kNotFound = 127,  // no such program
};

void add_look_commands(CLI::App& app, int& exit_code);  // ls show top info check doctor clean
void add_use_commands(CLI::App& app, int& exit_code);   // lock, try, wait, mutex, event, sem, shm, remove
void add_run_commands(CLI::App& app, int& exit_code);   // run, kill, bench, namespace

}  // namespace rtss::tool
