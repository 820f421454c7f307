#include "bench/support/pairs.h"

namespace rtss::bench {
namespace {

void* sleep_until_posted(void* semaphore) {
  while (sem_wait(static_cast<sem_t*>(semaphore)) != 0) continue;
  return nullptr;
}

}  // namespace

void make_normal_mutex(pthread_mutex_t* mutex) {
  require(pthread_mutex_init(mutex, nullptr) == 0, "pthread_mutex_init failed");
}

void make_shared_mutex(pthread_mutex_t* mutex) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  require(pthread_mutex_init(mutex, &attributes) == 0, "pthread_mutex_init with process-shared failed");
  pthread_mutexattr_destroy(&attributes);
}

void make_inheriting_robust_mutex(pthread_mutex_t* mutex) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  require(pthread_mutex_init(mutex, &attributes) == 0, "pthread_mutex_init with PI and robust failed");
  pthread_mutexattr_destroy(&attributes);
}

void make_robust_mutex(pthread_mutex_t* mutex) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  require(pthread_mutex_init(mutex, &attributes) == 0, "pthread_mutex_init with robust failed");
  pthread_mutexattr_destroy(&attributes);
}

SecondThread::SecondThread() {
  require(sem_init(&done_, 0, 0) == 0, "sem_init failed");
  require(pthread_create(&thread_, nullptr, sleep_until_posted, &done_) == 0, "pthread_create failed");
}

SecondThread::~SecondThread() {
  sem_post(&done_);
  pthread_join(thread_, nullptr);
}

}  // namespace rtss::bench
