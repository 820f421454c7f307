#include "runtime/services/program.h"

#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>

namespace rtss::runtime {

namespace {

Status status_of(int error) {
  switch (error) {
    case 0:
      return Status::kOk;
    case ENOENT:
    case ENOTDIR:
      return Status::kNotFound;
    case ENOEXEC:
      return Status::kNotExecutable;
    case ENOMEM:
    case EAGAIN:
      return Status::kNoMemory;
    default:
      return Status::kAccessDenied;
  }
}

std::string own_directory() {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  const std::string whole(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  return whole.substr(0, whole.rfind('/') + 1);
}

bool is_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::string search(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_file(name) ? name : std::string{};
  if (std::string beside = own_directory() + name; is_file(beside)) return beside;
  if (is_file(name)) return name;
  const char* const variable = std::getenv("PATH");
  std::string directories = variable != nullptr ? variable : "";
  while (!directories.empty()) {
    const std::size_t end = directories.find(':');
    if (std::string file = directories.substr(0, end) + '/' + name; is_file(file)) return file;
    directories = end == std::string::npos ? std::string{} : directories.substr(end + 1);
  }
  return {};
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

// A program starts as an ordinary one: nothing of the caller's signal mask and scheduling.
class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    const sched_param ordinary{};
    posix_spawnattr_setschedpolicy(&attributes_, SCHED_OTHER);
    posix_spawnattr_setschedparam(&attributes_, &ordinary);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSCHEDULER);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

class Actions {
 public:
  explicit Actions(const std::string& directory) {
    posix_spawn_file_actions_init(&actions_);
    if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

void await_stop(pid_t pid) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED | WEXITED | WNOWAIT) == -1 && errno == EINTR) {
  }
}

}  // namespace

Status find_program(const std::string& name, std::string* path) {
  const std::string found = search(name);
  if (found.empty()) return Status::kNotFound;
  char* const absolute = realpath(found.c_str(), nullptr);
  if (absolute == nullptr) return status_of(errno);
  *path = absolute;
  std::free(absolute);
  return access(path->c_str(), X_OK) == 0 ? Status::kOk : Status::kAccessDenied;
}

Status spawn(const std::string& path, const ChildPlan& plan, pid_t* pid) {
  struct stat directory {};
  if (!plan.directory.empty() && (stat(plan.directory.c_str(), &directory) != 0 || !S_ISDIR(directory.st_mode))) {
    return Status::kNotFound;
  }
  std::vector<std::string> arguments = plan.arguments;
  std::string file = path;
  if (plan.suspended) {  // a shell stops itself and becomes the program when it is continued
    arguments.front() = path;
    arguments.insert(arguments.begin(), {"sh", "-c", "kill -STOP $$; exec \"$0\" \"$@\""});
    file = "/bin/sh";
  }
  std::vector<char*> argv = pointers(arguments);
  std::vector<char*> envp = pointers(plan.environment);
  const Attributes attributes;
  const Actions actions(plan.directory);
  const int error = posix_spawn(pid, file.c_str(), actions.get(), attributes.get(), argv.data(),
                                plan.inherits_environment ? environ : envp.data());
  if (error == 0 && plan.suspended) await_stop(*pid);
  return status_of(error);
}

}  // namespace rtss::runtime
