// The other side of the binding tests, in C: obeys one command a line, words separated by tabs, and answers with one
// line. The Python and C# peers speak the same language. This one is built as a program of Windows, too.
//
//   mutex NAME free|owned, event NAME manual|auto clear|set, semaphore NAME INITIAL MAXIMUM, memory NAME BYTES
//                                 -> new | existed
//   wait NAME MILLISECONDS        -> taken | abandoned | timeout
//   any|all MILLISECONDS NAME...  -> the same, and the index
//   release NAME [UNITS], set|reset NAME, write NAME OFFSET TEXT, close NAME
//                                 -> ok
//   level N                       -> ok: the peer's own, of C only
//   read NAME OFFSET BYTES        -> the text
//
// -1 milliseconds means no limit. A failure is answered "error CODE". End of input ends it, without closing anything.
#include <rtapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMaxWords = 68, kMaxObjects = 64 };

struct object {
  char name[300];
  HANDLE handle;
  int is_semaphore;
  char* memory;
};

static struct object objects[kMaxObjects];
static int object_count;

static struct object* find(const char* name) {
  for (int i = object_count - 1; i >= 0; --i) {
    if (strcmp(objects[i].name, name) == 0) return &objects[i];
  }
  fprintf(stderr, "peer: no object \"%s\"\n", name);
  exit(2);
}

static DWORD milliseconds(const char* word) { return (DWORD)strtol(word, NULL, 10); }

static void answer_failure(void) { printf("error %u\n", GetLastError()); }

static void answer(BOOL done) {
  if (done) {
    puts("ok");
  } else {
    answer_failure();
  }
}

static void create(char** words) {
  struct object made = {.is_semaphore = strcmp(words[0], "semaphore") == 0};
  void* memory = NULL;
  if (strcmp(words[0], "mutex") == 0) made.handle = RtCreateMutexA(NULL, strcmp(words[2], "owned") == 0, words[1]);
  if (strcmp(words[0], "event") == 0) {
    made.handle = RtCreateEventA(NULL, strcmp(words[2], "manual") == 0, strcmp(words[3], "set") == 0, words[1]);
  }
  if (made.is_semaphore) made.handle = RtCreateSemaphoreA(NULL, atoi(words[2]), atoi(words[3]), words[1]);
  if (strcmp(words[0], "memory") == 0) {
    made.handle = RtCreateSharedMemoryA(0, 0, (DWORD)atoi(words[2]), words[1], &memory);
  }
  if (made.handle == NULL) {
    answer_failure();
    return;
  }
  puts(GetLastError() == ERROR_ALREADY_EXISTS ? "existed" : "new");
  made.memory = memory;
  snprintf(made.name, sizeof made.name, "%s", words[1]);
  objects[object_count++] = made;
}

static void answer_wait(DWORD result, int with_index) {
  const DWORD abandoned = result >= WAIT_ABANDONED_0 && result < WAIT_ABANDONED_0 + MAX_WFMO;
  if (result == WAIT_FAILED) {
    answer_failure();
  } else if (result == WAIT_TIMEOUT) {
    puts("timeout");
  } else if (with_index) {
    printf("%s %u\n", abandoned ? "abandoned" : "taken", abandoned ? result - WAIT_ABANDONED_0 : result);
  } else {
    puts(abandoned ? "abandoned" : "taken");
  }
}

static void wait_many(char** words, int count) {
  HANDLE handles[kMaxWords];
  for (int i = 2; i < count; ++i) handles[i - 2] = find(words[i])->handle;
  const BOOL all = strcmp(words[0], "all") == 0;
  answer_wait(RtWaitForMultipleObjects((DWORD)count - 2, handles, all, milliseconds(words[1])), 1);
}

static void obey(char** words, int count) {
  const char* command = words[0];
  if (strcmp(command, "any") == 0 || strcmp(command, "all") == 0) {
    wait_many(words, count);
  } else if (strcmp(command, "wait") == 0) {
    answer_wait(RtWaitForSingleObject(find(words[1])->handle, milliseconds(words[2])), 0);
  } else if (strcmp(command, "release") == 0) {
    const struct object* object = find(words[1]);
    answer(object->is_semaphore ? RtReleaseSemaphore(object->handle, count > 2 ? atoi(words[2]) : 1, NULL)
                                : RtReleaseMutex(object->handle));
  } else if (strcmp(command, "set") == 0) {
    answer(RtSetEvent(find(words[1])->handle));
  } else if (strcmp(command, "reset") == 0) {
    answer(RtResetEvent(find(words[1])->handle));
  } else if (strcmp(command, "write") == 0) {
    memcpy(find(words[1])->memory + atoi(words[2]), words[3], strlen(words[3]));
    puts("ok");
  } else if (strcmp(command, "read") == 0) {
    printf("%.*s\n", atoi(words[3]), find(words[1])->memory + atoi(words[2]));
  } else if (strcmp(command, "level") == 0) {
    answer(RtSetThreadPriority(RtGetCurrentThread(), atoi(words[1])));
  } else if (strcmp(command, "close") == 0) {
    answer(RtCloseHandle(find(words[1])->handle));
    find(words[1])->name[0] = '\0';
  } else {
    create(words);
  }
}

int main(void) {
  static char line[16384];
  setvbuf(stdout, NULL, _IONBF, 0);  // Windows has no buffer for lines
  while (fgets(line, sizeof line, stdin) != NULL) {
    char* words[kMaxWords];
    int count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char* word = strtok(line, "\t"); word != NULL && count < kMaxWords; word = strtok(NULL, "\t")) {
      words[count++] = word;
    }
    if (count > 1) obey(words, count);
  }
  return 0;
}
