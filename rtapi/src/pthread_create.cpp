// Stands before the C library's pthread_create in every program that is linked with this library, std::thread and
// libraries that the program loads later included: see rtapi.map.
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "runtime/life/base_for_children.h"

namespace {

using rtss::priority::Scheduling;

// POSIX has attributes for these policies only.
bool can_be_asked_for(const Scheduling& base) {
  return base.policy == SCHED_OTHER || base.policy == SCHED_FIFO || base.policy == SCHED_RR;
}

bool inherits(const pthread_attr_t& attributes) {
  int inherit = PTHREAD_INHERIT_SCHED;
  pthread_attr_getinheritsched(&attributes, &inherit);
  return inherit == PTHREAD_INHERIT_SCHED;
}

void ask_for(const Scheduling& base, pthread_attr_t& attributes) {
  const sched_param parameters{.sched_priority = static_cast<int>(base.priority)};
  pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  pthread_attr_setschedpolicy(&attributes, static_cast<int>(base.policy));
  pthread_attr_setschedparam(&attributes, &parameters);
}

// Asked of the C library itself: RTLD_NEXT counts from the caller of dlsym, and where a program stands before dlsym,
// that is the program, whose next is this library.
decltype(&pthread_create) c_library_create() {
  void* const c_library = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (c_library == nullptr) return nullptr;
  return reinterpret_cast<decltype(&pthread_create)>(dlsym(c_library, "pthread_create"));
}

}  // namespace

// A registered thread's new threads that would inherit its scheduling are made with its base: a waiter may boost it at
// any moment during the call. The kernel permits each thread what it has already. Where it refuses the base (the boost
// had another real-time policy, and there is no RLIMIT_RTPRIO), the thread inherits.
extern "C" [[gnu::visibility("default")]] int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                                             void* (*routine)(void*), void* argument) noexcept {
  static const auto create = c_library_create();
  if (create == nullptr) return EAGAIN;
  const auto base = rtss::runtime::base_for_children();
  if (!base || !can_be_asked_for(*base)) return create(thread, attributes, routine, argument);

  pthread_attr_t defaults{};
  if (attributes == nullptr && pthread_getattr_default_np(&defaults) != 0) return EAGAIN;
  pthread_attr_t wanted = attributes == nullptr ? defaults : *attributes;  // never destroyed: shares what it points to
  const bool gets_base = inherits(wanted);
  if (gets_base) ask_for(*base, wanted);
  int error = create(thread, &wanted, routine, argument);
  if (gets_base && error == EPERM) error = create(thread, attributes, routine, argument);
  if (attributes == nullptr) pthread_attr_destroy(&defaults);
  return error;
}
