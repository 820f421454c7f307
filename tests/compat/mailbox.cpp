// A client and a server process with a mailbox in shared memory, two semaphores and a mutex. The client starts first
// and retries until the objects are there. Access arguments are what programs pass; a handle lies in shared memory.
#include <Rtapi.h>
#include <string.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"
#include "self.h"

#define ROUNDS 200

#pragma pack(push, 4)
struct MailBox {
  HANDLE hServerMutex;  // of use to the server only
  LONG request;
  LONG answer;
  BOOL done;
};
#pragma pack(pop)

static const TCHAR* memory_name = _T("Mail::Box.shm");
static const TCHAR* mutex_name = _T("Mail Box.Mutex");
static const TCHAR* post_name = _T("Mail Box Post");
static const TCHAR* ack_name = _T("Mail Box Ack");

static int client() {
  HANDLE mutex = NULL;
  for (int i = 0; i < LONGEST_WAIT && mutex == NULL; ++i) {
    mutex = RtOpenMutex(SYNCHRONIZE, FALSE, mutex_name);
    if (mutex == NULL) EXPECT(GetLastError() == ERROR_FILE_NOT_FOUND);
    if (i == 0) EXPECT(mutex == NULL);  // the server is started when the client has looked for it
    if (mutex == NULL) Sleep(1);
  }
  EXPECT(mutex != NULL);
  EXPECT(RtWaitForSingleObject(mutex, LONGEST_WAIT) == WAIT_OBJECT_0);  // the server releases it when all is there
  EXPECT(RtReleaseMutex(mutex));
  MailBox* box = NULL;
  HANDLE memory = RtOpenSharedMemory(PAGE_READWRITE, FALSE, memory_name, (VOID**)&box);
  HANDLE post = RtOpenSemaphore(SYNCHRONIZE, FALSE, post_name);
  HANDLE ack = RtOpenSemaphore(SEMAPHORE_ALL_ACCESS, FALSE, ack_name);
  EXPECT(memory != NULL && box != NULL && post != NULL && ack != NULL);

  // A handle is of its process: here it names nothing, or something else, but does no harm.
  EXPECT(RtWaitForSingleObject(box->hServerMutex, 0) != WAIT_ABANDONED);
  for (LONG i = 0; i < ROUNDS; ++i) {
    EXPECT(RtWaitForSingleObject(mutex, 5000) == WAIT_OBJECT_0);
    box->request = i;
    EXPECT(RtReleaseSemaphore(post, 1, NULL));
    EXPECT(RtWaitForSingleObject(ack, 5000) == WAIT_OBJECT_0);
    EXPECT(box->answer == i * i);
    EXPECT(RtReleaseMutex(mutex));
  }
  box->done = TRUE;
  EXPECT(ReleaseSemaphore(post, 1, NULL));  // the plain spelling, on the same handle
  return 3;
}

static int server() {
  MailBox* box = NULL;
  HANDLE mutex = RtCreateMutex(NULL, TRUE, mutex_name);
  EXPECT(mutex != NULL && GetLastError() != ERROR_ALREADY_EXISTS);
  HANDLE post = RtCreateSemaphore(NULL, 0, 1, post_name);
  HANDLE ack = RtCreateSemaphore(NULL, 0, 1, ack_name);
  HANDLE memory = RtCreateSharedMemory(SHM_MAP_WRITE, 0, sizeof(MailBox), memory_name, (VOID**)&box);
  EXPECT(GetLastError() != ERROR_ALREADY_EXISTS);  // one look after three creates
  EXPECT(post != NULL && ack != NULL && memory != NULL);
  box->hServerMutex = mutex;
  EXPECT(RtReleaseMutex(mutex));
  for (;;) {
    EXPECT(RtWaitForSingleObject(post, LONGEST_WAIT) == WAIT_OBJECT_0);
    if (box->done) break;
    EXPECT(RtWaitForSingleObject(box->hServerMutex, 0) == WAIT_TIMEOUT);  // the client owns it
    box->answer = box->request * box->request;
    EXPECT(RtReleaseSemaphore(ack, 1, NULL));
    EXPECT(!RtReleaseSemaphore(ack, 2, NULL) && GetLastError() == ERROR_TOO_MANY_POSTS);
  }
  return 4;
}

int _tmain(int argc, _TCHAR** argv) {
  if (argc > 1 && argv[1][0] == _T('c')) ExitProcess(client());
  if (argc > 1 && argv[1][0] == _T('s')) ExitProcess(server());
  HANDLE first = start_self(argv[0], _T("client"), NULL);
  Sleep(20);
  HANDLE second = start_self(argv[0], _T("server"), NULL);
  EXPECT(poll_for_exit(first) == 3);
  EXPECT(poll_for_exit(second) == 4);
  EXPECT(RtCloseHandle(first) && CloseHandle(second));
  ALL_AS_EXPECTED();
  return 0;
}
