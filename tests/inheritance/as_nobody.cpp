// Runs a program as a user who may not have real-time priorities: as_nobody PROGRAM ARGUMENT...
#include <errno.h>
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

namespace {

constexpr uid_t kNobody = 65534;
constexpr int kSkipped = 77;

int skip(const char* why) {
  std::perror(why);
  return kSkipped;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 1;
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (setrlimit(RLIMIT_RTPRIO, &none) != 0) return skip("skipped: RLIMIT_RTPRIO");
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0)) {
    return skip("skipped: cannot become another user");
  }
  execv(argv[1], argv + 1);
  return errno == EACCES ? skip("skipped: the other user cannot reach the program") : 1;
}
