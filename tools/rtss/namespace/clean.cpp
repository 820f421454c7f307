#include "tools/rtss/namespace/clean.h"

#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <thread>

#include "platform/clock.h"
#include "platform/process_identity.h"
#include "platform/shared_file.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/listing.h"
#include "tools/rtss/support/open_selected.h"
#include "tools/rtss/support/truncation.h"

namespace rtss::tool {

namespace {

namespace inspect = runtime::inspect;
namespace fs = std::filesystem;

constexpr const char* kDirectory = "/dev/shm";
constexpr const char* kGroupFiles = "rtss-group-";

constexpr Column kColumns[] = {
    {"FILE", "file", "its path"},
    {"BYTES", "bytes", "how large it is", Align::kRight},
    {"VERDICT", "verdict", "removed, dead (with --dry-run) or kept"},
    {"REASON", "reason", "why"},
};
constexpr const char* kUsual[] = {"FILE", "BYTES", "VERDICT", "REASON"};

struct Candidate {
  fs::path path;
  std::uint64_t bytes = 0;
  bool is_memory = false;  // a shared-memory object's
};

struct Judgement {
  bool dead = false;
  std::string reason;
};

std::string prefix_of_user() { return "rtss-" + std::to_string(geteuid()) + "-"; }

// NAMESPACE of NAMESPACE.shm-N; empty for anything else.
std::string base_of(const std::string& name) {
  const std::size_t mark = name.rfind(runtime::kMemoryMark);
  if (mark == std::string::npos || mark + runtime::kMemoryMark.size() == name.size()) return {};
  if (name.find_first_not_of("0123456789", mark + runtime::kMemoryMark.size()) != std::string::npos) return {};
  return name.substr(0, mark);
}

std::vector<Candidate> find_candidates() {
  std::vector<Candidate> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(kDirectory, error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(prefix_of_user()) && !name.starts_with(kGroupFiles)) continue;
    if (entry.symlink_status(error).type() != fs::file_type::regular) continue;
    const auto bytes = entry.file_size(error);
    found.push_back({.path = entry.path(), .bytes = error ? 0 : bytes, .is_memory = !base_of(name).empty()});
  }
  std::ranges::sort(found, {}, &Candidate::path);
  return found;
}

// Leaves those of the namespaces that were asked for; false, with a word on standard error, for one that is none.
bool select(const std::vector<std::string>& names, std::vector<Candidate>& candidates) {
  std::set<std::string> wanted;
  for (const std::string& name : names) {
    char path[runtime::kNamespacePathBytes];
    if (!runtime::namespace_path(name, path, sizeof path)) {
      std::cerr << "rtss clean: \"" << inspect::printable(name) << "\" is " << runtime::kNotANamespaceName << '\n';
      return false;
    }
    const auto belongs = [&](const Candidate& candidate) {
      return candidate.path == path || candidate.path.parent_path() / base_of(candidate.path.filename()) == path;
    };
    if (std::ranges::none_of(candidates, belongs)) {
      std::cerr << "rtss clean: " << path << ": there is no such namespace; \"rtss clean --dry-run\" lists all\n";
      return false;
    }
    for (const Candidate& candidate : candidates) {
      if (belongs(candidate)) wanted.insert(candidate.path);
    }
  }
  std::erase_if(candidates, [&](const Candidate& candidate) { return !wanted.contains(candidate.path); });
  return true;
}

// Paths that some process has mapped, as far as this user may know.
std::set<std::string> mapped_files() {
  std::set<std::string> mapped;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", error)) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream maps(entry.path() / "maps");
    for (std::string line; std::getline(maps, line);) {
      if (const auto path = line.find(kDirectory); path != std::string::npos) mapped.insert(line.substr(path));
    }
  }
  return mapped;
}

// A process or thread on the books that lives: a marked life lock proves a death, and so does a task that the kernel
// does not know. Empty: all are dead.
std::string who_lives(const inspect::View& view) {
  for (const inspect::ProcessView& process : view.processes()) {
    if (!process.dead && !platform::is_gone(process.pid, process.pid)) {
      return "process " + std::to_string(process.pid) + " uses it";
    }
  }
  for (const inspect::ThreadView& thread : view.threads()) {
    if (!thread.dead && !platform::is_gone(thread.pid, thread.tid)) {
      return "thread " + std::to_string(thread.tid) + " uses it";
    }
  }
  return {};
}

Judgement judge_namespace(const Candidate& candidate) {
  const std::string name = candidate.path.filename();
  if (!name.starts_with(prefix_of_user())) {
    return {false, "a group's namespace, made on purpose; \"rtss namespace remove\" removes it"};
  }
  std::string error;
  const auto view = inspect::View::open(name.substr(prefix_of_user().size()), &error);
  if (!view) {
    constexpr std::string_view kRefused = "refused, ";
    const std::size_t at = error.find(kRefused);
    return {false, "cannot be judged: " + (at == std::string::npos ? error : error.substr(at + kRefused.size()))};
  }
  const inspect::NamespaceView info = view->info();
  if (info.pid_namespace != platform::pid_namespace()) {
    return {false, "belongs to another PID namespace (container), whose processes cannot be seen from here"};
  }
  if (std::string lives = who_lives(*view); !lives.empty()) return {false, std::move(lives)};
  if (info.processes.ever_used == 0) return {false, "made on purpose and not used yet"};
  std::size_t pinned = 0;
  for (const inspect::ObjectView& object : view->objects()) pinned += object.pinned ? 1 : 0;
  if (pinned != 0) {
    return {false, std::to_string(pinned) +
                       " pinned objects are in it; \"rtss remove\" removes one, \"rtss namespace "
                       "remove\" all"};
  }
  return {true, "all its processes are gone"};
}

Judgement judge_memory(const Candidate& candidate, const std::set<std::string>& mapped) {
  const fs::path base = candidate.path.parent_path() / base_of(candidate.path.filename());
  std::error_code error;
  if (fs::exists(fs::symlink_status(base, error))) return {false, "belongs to " + base.string()};
  if (!candidate.path.filename().string().starts_with(prefix_of_user())) return {false, "of a group"};
  if (platform::pid_namespace() == 0) return {false, "without /proc it cannot be told whether a process has it mapped"};
  if (mapped.contains(candidate.path)) return {false, "mapped by a process"};
  return {true, "shared memory of a namespace that is gone"};
}

std::string remove_locked(const Candidate& candidate, const platform::OpenedFile& file, runtime::Header& header) {
  const std::string path = candidate.path;
  constexpr std::uint64_t kLockTimeoutNs = 1'000'000'000;
  const auto deadline = platform::Deadline::at(platform::monotonic_ns() + kLockTimeoutNs);
  const platform::LockOutcome outcome = header.namespace_lock.lock_until(deadline);
  if (outcome == platform::LockOutcome::kBusy || outcome == platform::LockOutcome::kUnusable) {
    return "its lock cannot be had";
  }
  const Judgement again = judge_namespace(candidate);
  std::string why;
  if (!again.dead)
    why = again.reason;
  else if (!platform::still_names(path.c_str(), file.descriptor))
    why = "it was replaced meanwhile";
  else if (unlink(path.c_str()) != 0)
    why = std::strerror(errno);
  // What a dead holder left is for a member to repair: it learns of it when this thread ends with the lock as well.
  if (outcome == platform::LockOutcome::kAcquired) header.namespace_lock.unlock();
  return why;
}

// Under the namespace lock, so that no process can register meanwhile; one that opened the file before and registers
// after sees that it has lost its name, and makes another.
std::string remove_namespace(const Candidate& candidate) {
  const platform::OpenedFile file =
      platform::open_shared_file(candidate.path.c_str(), {platform::Sharing::kPrivate, geteuid()});
  if (file.outcome != platform::FileOutcome::kOk) return file.why == nullptr ? "it is gone" : file.why;
  void* const base = platform::map(file.descriptor, file.size);
  if (base == nullptr) return "it cannot be mapped";
  std::string why;
  std::thread([&] { why = remove_locked(candidate, file, *static_cast<runtime::Header*>(base)); }).join();
  platform::unmap(base, file.size);
  return why;
}

std::string remove_memory(const Candidate& candidate) {
  return unlink(candidate.path.c_str()) == 0 ? std::string() : std::strerror(errno);
}

struct Options {
  ListingOptions listing;
  std::vector<std::string> names;
  bool dry_run = false;
};

Judgement treat(const Candidate& candidate, const std::set<std::string>& mapped, bool dry_run) {
  Judgement judgement = candidate.is_memory ? judge_memory(candidate, mapped) : judge_namespace(candidate);
  if (!judgement.dead || dry_run) return judgement;
  const std::string why = candidate.is_memory ? remove_memory(candidate) : remove_namespace(candidate);
  return why.empty() ? judgement : Judgement{false, why};
}

int run(const Options& options) {
  survive_truncation();
  std::vector<Candidate> candidates = find_candidates();
  if (!options.names.empty() && !select(options.names, candidates)) return kTrouble;
  const std::set<std::string> mapped = mapped_files();
  // Shared memory after the namespaces that it may belong to.
  std::ranges::stable_sort(candidates, {}, &Candidate::is_memory);
  Listing listing(kColumns);
  for (const Candidate& candidate : candidates) {
    const Judgement judgement = treat(candidate, mapped, options.dry_run);
    const std::string path = inspect::printable(candidate.path.string());
    const char* const verdict = !judgement.dead ? "kept" : options.dry_run ? "dead" : "removed";
    listing.add({{path, path},
                 {bytes(candidate.bytes), candidate.bytes},
                 {verdict, verdict, judgement.dead ? Tone::kWarning : Tone::kPlain},
                 {judgement.reason, judgement.reason}});
  }
  if (options.listing.json)
    print_json({{"dry_run", options.dry_run}, {"files", listing.json(options.listing)}});
  else
    listing.print(options.listing, kUsual);
  return kDone;
}

}  // namespace

void add_clean(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("clean", "Remove your namespaces of which every process is provably gone");
  command.add_option("names", options->names, "Only these namespaces, as in RTSS_NAMESPACE")->type_name("NAME");
  command.add_flag("--dry-run", options->dry_run, "Say what would be removed, and remove nothing");
  add_listing_options(command, options->listing, kColumns);
  command.footer(
      "Without names and --namespace: all of this user's in /dev/shm, with the shared memory beside them, whatever\n"
      "RTSS_NAMESPACE says.\n"
      "Kept are: what a living process uses, what holds pinned objects, a group's namespaces, one not used yet, and\n"
      "whatever cannot be judged. REASON says which. Abandoned mutexes and shared memory go with a namespace\n"
      "that is removed, and so do the settings that it was made with.\n\n" +
      column_help(kColumns) +
      "\nExamples:\n"
      "  rtss clean --dry-run\n"
      "  rtss clean -nr -o FILE,VERDICT\n\n"
      "Exit: 0, also when nothing was removed; 125 for a wrong option.");
  command.callback([options, &app, &exit_code] {
    if (app.get_option("--namespace")->count() != 0) options->names.emplace_back(runtime::selected_namespace());
    exit_code = run(*options);
  });
}

}  // namespace rtss::tool
