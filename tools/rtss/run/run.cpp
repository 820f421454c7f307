// rtss run: becomes a program that has its level, processors and memory from the start.
#include "tools/rtss/run/run.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "priority/level.h"
#include "priority/scheduler.h"
#include "runtime/inspect/inspect.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/child.h"
#include "tools/rtss/support/command_line.h"
#include "tools/rtss/support/options.h"
#include "tools/rtss/support/own_folder.h"

namespace rtss::tool {

namespace {

struct RunOptions {
  std::optional<int> level;
  std::string cpus;
  bool lock_memory = false;
  std::optional<std::uint64_t> prefault;
  std::optional<std::int32_t> latency_us;
  bool require = false;
};

constexpr const char* kFooter =
    "Sets what is asked for and then becomes CMD: same process, so its signals, its exit status and its parent are\n"
    "CMD's own. What Linux refuses is said, and CMD runs all the same, unless --require-rt is given.\n"
    "\n"
    "  rtss run --prio 64 --affinity 2,3 --mlock -- ./controller --config plant.ini\n"
    "  rtss run --require-rt --prio 100 --mlock --prefault 4M --dma-latency 0 -- ./controller\n"
    "\n"
    "--prio is an RTX level. CMD starts with the SCHED_FIFO priority that the namespace's window gives it, and so do\n"
    "its threads and children unless they choose another. Levels that share a SCHED_FIFO priority count as the "
    "highest\n"
    "of them, until CMD sets its level with RtSetThreadPriority.\n"
    "--mlock and --prefault are done in CMD before its main, by a library that is loaded into it (LD_PRELOAD): CMD "
    "has\n"
    "to be linked dynamically and not set-user-ID. Its children are not affected.\n"
    "--dma-latency keeps /dev/cpu_dma_latency open in CMD: the CPUs wake within so many microseconds while it lives.\n"
    "\n"
    "Exit status: CMD's own; 125 usage, an error of rtss, or refused with --require-rt; 126 CMD cannot be run; 127\n"
    "there is no CMD.\n";

// Something was refused: an error, or a word and on we go.
bool may_go_on(const RunOptions& options, const std::string& text) {
  warn(text + (options.require ? "; nothing was run (--require-rt)" : ""));
  return !options.require;
}

// ---- processors ---------------------------------------------------------------------------------------------------

bool read_number(std::string_view& text, int* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{} && *value >= 0;
}

// "0,2-3"
bool parse_cpus(std::string_view text, long existing, cpu_set_t* cpus) {
  CPU_ZERO(cpus);
  while (true) {
    int first = 0;
    if (!read_number(text, &first)) return false;
    int last = first;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      if (!read_number(text, &last)) return false;
    }
    if (last < first || last >= existing || last >= CPU_SETSIZE) return false;
    for (int cpu = first; cpu <= last; ++cpu) CPU_SET(static_cast<unsigned>(cpu), cpus);
    if (text.empty()) return true;
    if (!text.starts_with(',')) return false;
    text.remove_prefix(1);
  }
}

bool set_affinity(const RunOptions& options) {
  const long existing = sysconf(_SC_NPROCESSORS_CONF);
  cpu_set_t cpus;
  if (!parse_cpus(options.cpus, existing, &cpus)) {
    trouble("--affinity " + options.cpus + ": not a list of processors of this machine, which are 0 to " +
            std::to_string(existing - 1) + "; write 1 or 0,2-3");
    return false;
  }
  if (sched_setaffinity(0, sizeof cpus, &cpus) == 0) return true;
  return may_go_on(options, "--affinity " + options.cpus + ": refused: " + std::strerror(errno) +
                                "; a cpuset or an offline processor stands against it");
}

// ---- level --------------------------------------------------------------------------------------------------------

priority::Window window_in_use() {
  std::string error;
  if (const auto view = runtime::inspect::View::current(&error)) return view->info().window;
  priority::Window window;
  const char* const text = std::getenv("RTSS_WINDOW");
  priority::Window chosen;
  if (text != nullptr && std::sscanf(text, "%d-%d", &chosen.low, &chosen.high) == 2 && priority::is_valid(chosen)) {
    window = chosen;
  }
  return window;
}

std::string why_refused(int error, int wanted) {
  if (error != EPERM) return std::strerror(error);
  rlimit limit{};
  getrlimit(RLIMIT_RTPRIO, &limit);
  if (limit.rlim_cur >= static_cast<rlim_t>(wanted)) {
    return "not permitted, although RLIMIT_RTPRIO allows it: the control group has no real-time budget "
           "(cpu.rt_runtime_us)";
  }
  return "SCHED_FIFO " + std::to_string(wanted) + " is needed and RLIMIT_RTPRIO is " + std::to_string(limit.rlim_cur) +
         "; give the user \"- rtprio 99\" in /etc/security/limits.d and log in again, or run it as root";
}

bool set_level(const RunOptions& options) {
  const int wanted = priority::linux_priority(window_in_use(), *options.level);
  const int error = priority::apply_scheduling(0, priority::fifo(wanted));
  return error == 0 ||
         may_go_on(options, "--prio " + std::to_string(*options.level) + ": refused: " + why_refused(error, wanted));
}

// ---- what lasts as long as CMD ------------------------------------------------------------------------------------

// The descriptor is left open on purpose: CMD inherits it.
bool set_latency(const RunOptions& options) {
  constexpr const char* kDevice = "/dev/cpu_dma_latency";
  const int device = open(kDevice, O_WRONLY);
  const std::int32_t microseconds = *options.latency_us;
  if (device >= 0 && write(device, &microseconds, sizeof microseconds) == sizeof microseconds) return true;
  const int error = errno;
  if (device >= 0) close(device);
  return may_go_on(options, std::string("--dma-latency: ") + kDevice + ": " + std::strerror(error) +
                                (error == EACCES ? "; let the user's group write it, with a udev rule" : ""));
}

// Where the library lies that prepares CMD from inside: beside this program, or where it was installed.
std::string prepare_library() {
  const std::string folder = own_folder();
  for (const char* const place : {RTSS_PREPARE_NAME, RTSS_PREPARE_INSTALLED}) {
    const std::string path = folder + "/" + place;
    if (access(path.c_str(), R_OK) == 0) return path;
  }
  return {};
}

bool arrange_preparation(const RunOptions& options) {
  const std::string library = prepare_library();
  if (library.empty()) {
    return may_go_on(options, std::string("--mlock, --prefault: ") + RTSS_PREPARE_NAME +
                                  " is not beside rtss nor installed; install it again");
  }
  std::string steps = options.lock_memory ? "mlock " : "";
  if (options.prefault) steps += "prefault=" + std::to_string(*options.prefault) + " ";
  if (options.require) steps += "require";
  const char* const loaded = std::getenv("LD_PRELOAD");
  setenv("RTSS_PREPARE", steps.c_str(), 1);
  if (loaded == nullptr) {
    setenv("LD_PRELOAD", library.c_str(), 1);
  } else {
    setenv("RTSS_PREPARE_PRELOAD", loaded, 1);
    setenv("LD_PRELOAD", (library + ":" + loaded).c_str(), 1);
  }
  return true;
}

int run(const RunOptions& options) {
  if (command_words().empty()) return trouble("no command to run: rtss run [OPTIONS] CMD");
  if (!options.cpus.empty() && !set_affinity(options)) return kTrouble;
  if (options.latency_us && !set_latency(options)) return kTrouble;
  if (options.level && !set_level(options)) return kTrouble;
  if ((options.lock_memory || options.prefault) && !arrange_preparation(options)) return kTrouble;
  if (options.require) setenv("RTSS_REALTIME", "require", 1);
  std::vector<char*> arguments;
  for (const std::string& word : command_words()) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments.front(), arguments.data());
  return exec_failed(command_words().front(), errno);
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("run", "Start a program with a level, processors and locked memory");
  auto options = std::make_shared<RunOptions>();
  command->add_option("-p,--prio", options->level, "RTX level, 0 to 127, 127 the highest")
      ->type_name("LEVEL")
      ->check(CLI::Range(priority::kLevelMin, priority::kLevelMax).description(""));
  command->add_option("-a,--affinity", options->cpus, "Processors it may run on: 2 or 0,2-3")->type_name("LIST");
  command->add_flag("-m,--mlock", options->lock_memory,
                    "All its memory stays resident (mlockall), the namespace's with it");
  command->add_option("--prefault", options->prefault, "So much stack and heap is ready before its main; 4M, say")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->type_name("SIZE");
  command
      ->add_option("--dma-latency", options->latency_us, "CPUs wake within so many microseconds; 0: they do not sleep")
      ->type_name("US")
      ->check(CLI::Range(0, 2'000'000'000).description(""));
  command->add_flag("--require-rt", options->require,
                    "Do not run it if anything of this is refused; nor does the library go on then (RTSS_REALTIME)");
  set_usage(*command, "rtss run [OPTIONS] [--] CMD [ARG...]");
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace rtss::tool
