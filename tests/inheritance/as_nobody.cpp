// Runs a program as a user without privileges, whose real-time priorities end at LIMIT (0: none):
// as_nobody LIMIT PROGRAM ARGUMENT...
#include <errno.h>
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace {

constexpr uid_t kNobody = 65534;
constexpr int kSkipped = 77;

int skip(const char* why) {
  std::perror(why);
  return kSkipped;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 1;
  const rlim_t limit = std::strtoul(argv[1], nullptr, 10);
  const rlimit priorities{.rlim_cur = limit, .rlim_max = limit};
  if (setrlimit(RLIMIT_RTPRIO, &priorities) != 0) return skip("skipped: RLIMIT_RTPRIO");
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0)) {
    return skip("skipped: cannot become another user");
  }
  execv(argv[2], argv + 2);
  return errno == EACCES ? skip("skipped: the other user cannot reach the program") : 1;
}
