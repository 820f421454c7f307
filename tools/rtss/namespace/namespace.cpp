// rtss namespace: making, listing and removing whole namespaces.
#include "tools/rtss/namespace/namespace.h"

#include <grp.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/process_identity.h"
#include "runtime/inspect/inspect.h"
#include "runtime/segment/create_segment.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"

namespace rtss::tool {

namespace {

namespace inspect = runtime::inspect;
namespace fs = std::filesystem;

constexpr const char* kFooter =
    "A namespace is a set of objects, with limits and settings that are fixed when it is made. Programs choose theirs\n"
    "with RTSS_NAMESPACE=NAME, commands with --namespace NAME; without either it is \"default\". A private one that "
    "is\n"
    "missing is made by its first program, with RTSS_LIMITS and so on. One for a group is made here, after each boot,\n"
    "by root if several users share it; the members of the group trust one another.\n"
    "\n"
    "  rtss namespace create --limits objects=1000,handles=4000 --window 40-90 plant\n"
    "  rtss namespace create --group plant-users plant; RTSS_NAMESPACE=group:plant ./controller\n"
    "  rtss namespace create --if-missing --group plant-users plant     for a unit that runs at boot\n"
    "  rtss namespace list\n"
    "  rtss namespace remove plant\n"
    "\n"
    "Exit status: 0 done; 75 it exists (create), or programs use it (remove): nothing was changed; 125 usage, or an\n"
    "error of rtss.\n";

std::optional<std::string> path_of(const std::string& name) {
  char path[runtime::kNamespacePathBytes] = {};
  if (runtime::namespace_path(name, path, sizeof path)) return path;
  trouble(in_quotes(name).append(": ").append(runtime::kNotANamespaceName));
  return std::nullopt;
}

// ---- create -------------------------------------------------------------------------------------------------------

struct CreateOptions {
  std::string name;
  std::string limits;
  std::string inheritance;
  std::string window;
  std::string names;
  std::string group;
  bool if_missing = false;
};

std::optional<gid_t> group_id(const std::string& group) {
  if (const auto* const entry = getgrnam(group.c_str()); entry != nullptr) return entry->gr_gid;
  gid_t id = 0;
  const char* const end = group.data() + group.size();
  const auto [stop, error] = std::from_chars(group.data(), end, id);
  if (error == std::errc{} && stop == end) return id;
  trouble("--group " + group + ": there is no such group; \"getent group\" lists them");
  return std::nullopt;
}

// False: says which one cannot be understood.
bool read_settings(const CreateOptions& options, runtime::NamespaceOptions* settings) {
  const auto reads = [](const char* option, const std::string& text, auto parse, auto* value) {
    if (text.empty() || parse(text.c_str(), value)) return true;
    trouble(std::string(option) + " " + text + ": cannot be understood, or beyond what there can be; see --help");
    return false;
  };
  return reads("--limits", options.limits, runtime::parse_limits, &settings->limits) &&
         reads("--inheritance", options.inheritance, runtime::parse_inheritance, &settings->inheritance) &&
         reads("--window", options.window, runtime::parse_window, &settings->window) &&
         reads("--names", options.names, runtime::parse_names, &settings->names_per_kind);
}

// Which option asks for something else than the existing namespace has; empty: none.
std::string difference(const CreateOptions& options, const runtime::NamespaceOptions& wanted,
                       const inspect::NamespaceView& found) {
  const runtime::Limits& limits = wanted.limits;
  if (!options.limits.empty() && (limits.processes != found.processes.limit || limits.threads != found.threads.limit ||
                                  limits.objects != found.objects.limit || limits.handles != found.handles.limit)) {
    return "--limits";
  }
  if (!options.inheritance.empty() && wanted.inheritance != found.inheritance) return "--inheritance";
  const bool same_window = wanted.window.low == found.window.low && wanted.window.high == found.window.high;
  if (!options.window.empty() && !same_window) return "--window";
  if (!options.names.empty() && wanted.names_per_kind != found.names_per_kind) return "--names";
  return {};
}

// Of its file: its members are who may use it.
bool belongs_to(gid_t group, const std::string& path) {
  struct stat file {};
  return stat(path.c_str(), &file) == 0 && file.st_gid == group;
}

// kDone if it is as asked for: the command may run at each boot, and again.
int accept_existing(const std::string& name, const CreateOptions& options, const runtime::NamespaceOptions& wanted) {
  std::string error;
  const auto view = inspect::View::open(name, &error);
  if (!view) return trouble(in_quotes(name) + ": exists already, and cannot be looked into: " + error);
  std::string option = difference(options, wanted, view->info());
  if (option.empty() && !options.group.empty() && !belongs_to(wanted.group, view->path())) option = "--group";
  if (option.empty()) return kDone;
  return trouble(in_quotes(name) + ": exists already, with another " + option + "; nothing was changed");
}

int create(const CreateOptions& options) {
  const bool named_for_group = options.name.starts_with(runtime::kGroupPrefix);
  if (named_for_group && options.group.empty()) return trouble(in_quotes(options.name) + ": say for which --group");
  const std::string name =
      options.group.empty() || named_for_group ? options.name : std::string(runtime::kGroupPrefix) + options.name;
  runtime::NamespaceOptions settings;
  if (!path_of(name) || !read_settings(options, &settings)) return kTrouble;
  if (!options.group.empty()) {
    const auto group = group_id(options.group);
    if (!group) return kTrouble;
    settings.group = *group;
  }
  const runtime::CreatedNamespace created = runtime::create_namespace(name, settings);
  if (created.status == runtime::Status::kOk) return kDone;
  if (created.status != runtime::Status::kAlreadyExists) return trouble(in_quotes(name) + ": " + created.why);
  if (options.if_missing) return accept_existing(name, options, settings);
  warn(in_quotes(name) + ": exists already; nothing was changed");
  return kBusy;
}

// ---- list ---------------------------------------------------------------------------------------------------------

struct Listed {
  std::string name;   // as RTSS_NAMESPACE takes it
  std::string error;  // why it cannot be looked into
  inspect::NamespaceView info;
};

// The name of a namespace that this user may use, from its file's; empty: some other file.
std::string name_of_file(const std::string& file) {
  const std::string mine = "rtss-" + std::to_string(geteuid()) + "-";
  constexpr std::string_view kGroup = "rtss-group-";
  if (file.find(runtime::kMemoryMark) != std::string::npos) return {};
  if (file.starts_with(mine)) return file.substr(mine.size());
  if (file.starts_with(kGroup)) return std::string(runtime::kGroupPrefix) + file.substr(kGroup.size());
  return {};
}

std::vector<Listed> namespaces() {
  std::vector<Listed> all;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator("/dev/shm", unreadable)) {
    Listed listed{.name = name_of_file(entry.path().filename().string()), .error = {}, .info = {}};
    if (listed.name.empty()) continue;
    if (const auto view = inspect::View::open(listed.name, &listed.error)) listed.info = view->info();
    listed.name = inspect::printable(listed.name);
    all.push_back(std::move(listed));
  }
  std::ranges::sort(all, {}, &Listed::name);
  return all;
}

const char* word_of(runtime::Inheritance inheritance) {
  constexpr std::array<const char*, 3> kWords = {"tiered", "limited", "off"};
  return kWords[std::min<std::size_t>(static_cast<std::size_t>(inheritance), 2)];
}

std::string usage_text(const inspect::Usage& usage) {
  return std::to_string(usage.in_use) + "/" + std::to_string(usage.limit);
}

std::string window_text(const priority::Window& window) {
  return std::to_string(window.low) + "-" + std::to_string(window.high);
}

void print_table(const std::vector<Listed>& all, bool no_headings) {
  constexpr const char* kFormat = "%-24s %9s %13s %15s %-11s %-7s %s\n";
  if (!no_headings) {
    std::printf(kFormat, "NAMESPACE", "PROCESSES", "OBJECTS", "HANDLES", "INHERITANCE", "WINDOW", "NAMES");
  }
  for (const Listed& listed : all) {
    if (!listed.error.empty()) {
      std::printf("%-24s %s\n", listed.name.c_str(), listed.error.c_str());
      continue;
    }
    std::printf(kFormat, listed.name.c_str(), std::to_string(listed.info.living).c_str(),
                usage_text(listed.info.objects).c_str(), usage_text(listed.info.handles).c_str(),
                word_of(listed.info.inheritance), window_text(listed.info.window).c_str(),
                listed.info.names_per_kind ? "per-kind" : "single");
  }
}

nlohmann::json as_json(const Listed& listed) {
  nlohmann::json json = {{"name", listed.name}};
  if (!listed.error.empty()) {
    json["error"] = listed.error;
    return json;
  }
  const inspect::NamespaceView& info = listed.info;
  json["group"] = info.group;
  json["bytes"] = info.bytes;
  json["processes"] = info.living;
  json["objects"] = info.objects.in_use;
  json["limits"] = {{"processes", info.processes.limit},
                    {"threads", info.threads.limit},
                    {"objects", info.objects.limit},
                    {"handles", info.handles.limit}};
  json["inheritance"] = word_of(info.inheritance);
  json["window"] = {{"low", info.window.low}, {"high", info.window.high}};
  json["names"] = info.names_per_kind ? "per-kind" : "single";
  return json;
}

int list(bool json, bool no_headings) {
  const std::vector<Listed> all = namespaces();
  if (!json) {
    print_table(all, no_headings);
    return kDone;
  }
  nlohmann::json list = nlohmann::json::array();
  for (const Listed& listed : all) list.push_back(as_json(listed));
  std::printf("%s\n", nlohmann::json{{"namespaces", list}}.dump(2).c_str());
  return kDone;
}

// ---- remove -------------------------------------------------------------------------------------------------------

// By inode: the process that made the file has it mapped without a name.
bool maps(const fs::path& process, const struct stat& wanted) {
  std::ifstream file(process / "maps");
  for (std::string line; std::getline(file, line);) {
    unsigned major_number = 0;
    unsigned minor_number = 0;
    unsigned long inode = 0;
    if (std::sscanf(line.c_str(), "%*s %*s %*s %x:%x %lu", &major_number, &minor_number, &inode) != 3) continue;
    if (inode == wanted.st_ino && makedev(major_number, minor_number) == wanted.st_dev) return true;
  }
  return false;
}

// Processes that have its file mapped, as far as this user may see them.
std::string users_of(const std::string& path) {
  struct stat wanted {};
  if (stat(path.c_str(), &wanted) != 0) return {};
  std::string pids;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator("/proc", unreadable)) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") == std::string::npos && maps(entry.path(), wanted)) pids += " " + pid;
  }
  return pids;
}

// Why it may be in use; empty: it is not.
std::string in_use(const std::string& name, const std::string& path) {
  if (const std::string pids = users_of(path); !pids.empty()) return "programs use it: pid" + pids;
  std::string error;
  const auto view = inspect::View::open(name, &error);
  if (view && view->info().living > 0) return "programs that cannot be seen from here use it; \"rtss top\" shows them";
  if (!view && (name.starts_with(runtime::kGroupPrefix) || platform::pid_namespace() == 0))
    return "it is unknown whether programs use it: " + error;
  return {};
}

// What to do about a file that cannot be removed.
std::string remedy(int error, const std::string& name) {
  if (error != ENOENT) return "; its owner or root may";
  const std::string of_group = std::string(runtime::kGroupPrefix) + name;
  char path[runtime::kNamespacePathBytes] = {};
  if (runtime::namespace_path(of_group, path, sizeof path) && fs::exists(path))
    return "; there is " + in_quotes(of_group);
  return "; \"rtss namespace list\" shows which there are";
}

int remove_files(const std::string& name, const std::string& path) {
  if (unlink(path.c_str()) != 0) {
    const int error = errno;
    return trouble(in_quotes(name) + ": unlink " + path + ": " + std::strerror(error) + remedy(error, name));
  }
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator("/dev/shm", unreadable)) {
    if (entry.path().string().starts_with(path + std::string(runtime::kMemoryMark))) unlink(entry.path().c_str());
  }
  return kDone;
}

int remove(const std::string& name, bool force) {
  const auto path = path_of(name);
  if (!path) return kTrouble;
  const std::string reason = force || !fs::exists(*path) ? std::string() : in_use(name, *path);
  if (reason.empty()) return remove_files(name, *path);
  warn(in_quotes(name) + ": " + reason + "; end them first (rtss kill), or use --force, and they go on without others");
  return kBusy;
}

// ---- options ------------------------------------------------------------------------------------------------------

void add_create(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("create", "Make a namespace, with settings that stay");
  auto options = std::make_shared<CreateOptions>();
  add_name(*command, options->name, "Its name: 1 to 64 of A-Z a-z 0-9 . _ -");
  command
      ->add_option(
          "--limits", options->limits,
          "Sizes of its tables: processes=N,threads=N,objects=N,handles=N; 1024, 2048, 16384 and 65536 unless given")
      ->type_name("LIMITS");
  command
      ->add_option("--inheritance", options->inheritance,
                   "When a boosted owner falls back: at each release (tiered, "
                   "the default), at its last (limited); or no boosts (off)")
      ->type_name("tiered|limited|off")
      ->check(CLI::IsMember({"tiered", "limited", "off"}).description(""));
  command
      ->add_option("--window", options->window, "SCHED_FIFO priorities that levels 0 and 127 map to; 1-98 unless given")
      ->type_name("LOW-HIGH");
  command
      ->add_option("--names", options->names, "One set of names for all kinds (single, the default), or one for each")
      ->type_name("single|per-kind")
      ->check(CLI::IsMember({"single", "per-kind"}).description(""));
  command->add_flag("--if-missing", options->if_missing,
                    "Done as well if it exists with these settings; 125 if one of them differs");
  command->add_option("-g,--group", options->group, "Shared by the members of this group, as \"group:NAME\", mode 0660")
      ->type_name("GROUP");
  command->callback([options, &exit_code] { exit_code = create(*options); });
}

void add_list(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("list", "Show this user's namespaces and those of groups");
  auto json = std::make_shared<bool>(false);
  auto no_headings = std::make_shared<bool>(false);
  command->add_flag("-J,--json", *json, "As JSON");
  command->add_flag("-n,--noheadings", *no_headings, "Without the line of headings");
  command->callback([json, no_headings, &exit_code] { exit_code = list(*json, *no_headings); });
}

void add_namespace_removal(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("remove", "Remove a namespace that no program uses, and all in it");
  auto name = std::make_shared<std::string>();
  auto force = std::make_shared<bool>(false);
  add_name(*command, *name, "The namespace");
  command->add_flag("-f,--force", *force, "Even if programs use it: they keep what they have, newcomers get another");
  command->callback([name, force, &exit_code] { exit_code = remove(*name, *force); });
}

}  // namespace

void add_namespace(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("namespace", "Make, list and remove namespaces");
  command->require_subcommand(1);
  command->footer(kFooter);
  add_create(*command, exit_code);
  add_list(*command, exit_code);
  add_namespace_removal(*command, exit_code);
}

}  // namespace rtss::tool
