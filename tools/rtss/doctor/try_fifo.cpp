#include "tools/rtss/doctor/try_fifo.h"

#include <pthread.h>

#include <cerrno>

namespace rtss::tool {

int try_fifo(int linux_priority) {
  struct Attempt {
    int priority;
    int error;
  } attempt{.priority = linux_priority, .error = 0};
  pthread_t thread{};
  const auto body = [](void* argument) -> void* {
    auto& asked = *static_cast<Attempt*>(argument);
    sched_param parameters{};
    parameters.sched_priority = asked.priority;
    asked.error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
    return nullptr;
  };
  if (pthread_create(&thread, nullptr, body, &attempt) != 0) return EAGAIN;
  pthread_join(thread, nullptr);
  return attempt.error;
}

}  // namespace rtss::tool
