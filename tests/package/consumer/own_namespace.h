/* Keeps a run of the consumer apart from everything else on the machine. */
#ifndef OWN_NAMESPACE_H
#define OWN_NAMESPACE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void remove_own_namespace(void) {
  char file[128];
  snprintf(file, sizeof file, "/dev/shm/rtss-%d-consumer-%d", (int)getuid(), (int)getpid());
  unlink(file);
}

static void use_own_namespace(void) {
  char name[64];
  snprintf(name, sizeof name, "consumer-%d", (int)getpid());
  setenv("RTSS_NAMESPACE", name, 1);
  atexit(remove_own_namespace);
}

#endif
