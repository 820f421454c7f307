// Damages live namespaces while processes use them. None of those may crash, leave the mapping or stay in a call for
// ever; what the calls return is up to them.
//
//   flip_test [MUTATIONS [SEED]]
//
// Each round has a new namespace. Its workers run without privilege: damage may send a call to the wrong thread.
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "runtime/segment/create_segment.h"
#include "runtime/segment/namespace_path.h"
#include "tests/fuzz/flip/flipper.h"
#include "tests/fuzz/flip/worker.h"

namespace rtss::test {
namespace {

constexpr uid_t kNobody = 65534;
constexpr std::uint32_t kMutationsPerRound = 2000;
constexpr int kStuckSeconds = 30;
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<std::uint64_t>(now.tv_nsec);
}

uid_t workers_user() { return geteuid() == 0 ? kNobody : geteuid(); }

std::string namespace_name() { return "flip-" + std::to_string(getpid()); }
std::string namespace_file() { return "/dev/shm/rtss-" + std::to_string(workers_user()) + '-' + namespace_name(); }

void remove_files() {
  glob_t found{};
  if (glob((namespace_file() + "*").c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) unlink(found.gl_pathv[i]);
  }
  globfree(&found);
}

[[noreturn]] void die(const char* what) {
  std::perror(what);
  remove_files();
  std::exit(1);
}

// The calling child: unprivileged, no core, gone with its parent.
void humble_oneself(pid_t parent) {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_RTPRIO, &none);
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0)) _exit(2);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(2);
}

class Round {
 public:
  Round(Shared& shared, std::uint32_t seed) : shared_(shared), seed_(seed), random_(seed) {
    shared_.stop.store(false);
    make_namespace();
    for (std::uint32_t i = 0; i < kWorkers; ++i) start(i);
  }
  ~Round() {
    for (const pid_t worker : workers_) {
      if (worker != 0) end(worker);
    }
    munmap(view_.header, runtime::offsets_of(view_.limits).total);
    close(messages_);
    remove_files();
  }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  // True: no process came to harm.
  bool run() {
    Flipper flipper(view_, seed_);
    while (calls() < kWorkers * kThreads * 4 && is_well()) usleep(1000);  // all are under way
    for (std::uint32_t i = 0; i < kMutationsPerRound && is_well(); ++i) {
      flipper.mutate();
      if (random_() % 2 == 0) usleep(static_cast<useconds_t>(random_() % 300));
      if (random_() % 400 == 0) replace(static_cast<std::uint32_t>(random_() % kWorkers));
    }
    shared_.stop.store(true);
    while (is_well() && !all_ended()) usleep(1000);
    if (harm_.empty()) return true;
    std::fprintf(stderr, "%s\nseed %u; the latest changes:\n%s", harm_.c_str(), seed_, flipper.describe_last().c_str());
    print_messages();
    return false;
  }

 private:
  void make_namespace() {
    remove_files();
    const pid_t parent = getpid();
    const pid_t maker = fork();
    if (maker == 0) {
      humble_oneself(parent);
      const runtime::NamespaceOptions options{.limits = {.processes = 8, .threads = 32, .objects = 32, .handles = 128},
                                              .inheritance = static_cast<runtime::Inheritance>(seed_ % 3)};
      _exit(runtime::create_namespace(namespace_name_, options).status == runtime::Status::kOk ? 0 : 1);
    }
    int status = 0;
    if (waitpid(maker, &status, 0) != maker || status != 0) die("the namespace cannot be made");
    const int file = open(namespace_file().c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    runtime::Header header_space[1] = {};
    if (file < 0 || pread(file, static_cast<void*>(header_space), sizeof(runtime::Header), 0) < 0) die("open");
    const runtime::Limits limits = header_space[0].limits;
    void* const base = mmap(nullptr, runtime::offsets_of(limits).total, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (base == MAP_FAILED) die("mmap");
    close(file);
    view_ = runtime::SegmentView::over(base, limits);
  }

  void start(std::uint32_t index) {
    const pid_t parent = getpid();
    const auto seed = static_cast<std::uint32_t>(random_());
    workers_[index] = fork();
    if (workers_[index] < 0) die("fork");
    if (workers_[index] != 0) return;
    munmap(view_.header, runtime::offsets_of(view_.limits).total);  // so that a stray access is a fault
    humble_oneself(parent);
    setenv("RTSS_NAMESPACE", namespace_name_.c_str(), 1);
    dup2(messages_, STDERR_FILENO);
    work(shared_, index, seed);
    _exit(0);
  }

  static void end(pid_t worker) {
    kill(worker, SIGKILL);
    waitpid(worker, nullptr, 0);
  }

  void replace(std::uint32_t index) {
    if (!is_well() || workers_[index] == 0) return;
    end(workers_[index]);
    start(index);
  }

  [[nodiscard]] std::uint32_t calls() const {
    std::uint32_t sum = 0;
    for (const auto& worker : shared_.activity) {
      for (const auto& thread : worker) sum += thread.calls.load();
    }
    return sum;
  }

  [[nodiscard]] bool all_ended() const {
    for (const pid_t worker : workers_) {
      if (worker != 0) return false;
    }
    return true;
  }

  // Notes which process has ended by itself, and whether anything moves at all.
  bool is_well() {
    for (std::uint32_t i = 0; i < kWorkers; ++i) {
      int status = 0;
      if (workers_[i] == 0 || waitpid(workers_[i], &status, WNOHANG) != workers_[i]) continue;
      workers_[i] = 0;
      const bool orderly = WIFEXITED(status) && WEXITSTATUS(status) == 0 && shared_.stop.load();
      if (!orderly) harm_ = "a worker ended with wait status " + std::to_string(status);
    }
    watch_progress();
    return harm_.empty();
  }

  void watch_progress() {
    const std::uint64_t now = now_ns();
    for (std::uint32_t w = 0; w < kWorkers; ++w) {
      for (std::uint32_t t = 0; t < kThreads; ++t) {
        Seen& seen = seen_[w][t];
        const Activity& activity = shared_.activity[w][t];
        const std::uint32_t calls = activity.calls.load();
        if (calls != seen.calls || workers_[w] == 0) seen = {.calls = calls, .at_ns = now};
        if (seen.at_ns == 0) seen.at_ns = now;
        if (now - seen.at_ns < kStuckSeconds * kNsPerSecond) continue;
        const char* const call = activity.call.load();
        harm_ = "thread " + std::to_string(activity.tid.load()) + " of worker " + std::to_string(workers_[w]) +
                " is stuck in " + (call == nullptr ? "no call" : call);
        if (std::getenv("RTSS_FUZZ_STOP") != nullptr) raise(SIGSTOP);  // for a debugger
      }
    }
  }

  // What the workers said.
  void print_messages() const {
    char text[4096];
    const off_t end = lseek(messages_, 0, SEEK_END);
    for (off_t at = std::max<off_t>(0, end - 8 * static_cast<off_t>(sizeof text)); at < end;) {
      const ssize_t length = pread(messages_, text, sizeof text, at);
      if (length <= 0) return;
      std::fwrite(text, 1, static_cast<std::size_t>(length), stderr);
      at += length;
    }
  }

  struct Seen {
    std::uint32_t calls;
    std::uint64_t at_ns;
  };

  Shared& shared_;
  std::uint32_t seed_;
  std::minstd_rand random_;
  runtime::SegmentView view_;
  const int messages_ = memfd_create("messages", MFD_CLOEXEC);
  const std::string namespace_name_ = namespace_name();
  pid_t workers_[kWorkers] = {};
  Seen seen_[kWorkers][kThreads] = {};
  std::string harm_;
};

int run(std::uint32_t mutations, std::uint32_t seed) {
  void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  auto* const shared = new (memory) Shared{};
  std::uint32_t done = 0;
  for (; done < mutations; done += kMutationsPerRound, ++seed) {
    if (!Round(*shared, seed).run()) return 1;
  }
  std::printf("%u mutations survived; of the calls under them %llu succeeded and %llu failed\n", done,
              static_cast<unsigned long long>(shared->succeeded.load()),
              static_cast<unsigned long long>(shared->failed.load()));
  return shared->succeeded.load() != 0 && shared->failed.load() != 0 ? 0 : 1;
}

}  // namespace
}  // namespace rtss::test

int main(int argc, char** argv) {
  const auto number = [&](int index, std::uint32_t otherwise) {
    return argc > index ? static_cast<std::uint32_t>(std::strtoul(argv[index], nullptr, 10)) : otherwise;
  };
  return rtss::test::run(number(1, 20'000), number(2, 1));
}
