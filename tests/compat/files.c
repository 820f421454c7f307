/* Files as programs keep their logs and recordings, and a datagram to oneself. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <tchar.h>
#include <winsock2.h>

#include "expect.h"

static void recordings(void) {
  HANDLE file;
  DWORD done = 0, high = 7;
  char text[16] = {0};
  EXPECT(CreateDirectory(_T("log"), NULL));
  EXPECT(!CreateDirectory(_T("log"), NULL) && GetLastError() == ERROR_ALREADY_EXISTS);
  file = CreateFile(_T("log\\record.txt"), GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  EXPECT(file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_NOT_FOUND);
  file = CreateFile(_T("missing\\record.txt"), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  EXPECT(file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_PATH_NOT_FOUND);
  file = CreateFile(_T("C:\\record.txt"), GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  EXPECT(file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_PATH_NOT_FOUND);
  EXPECT(!CreateDirectory(_T("missing/log"), NULL) && GetLastError() == ERROR_PATH_NOT_FOUND);
  EXPECT(!DeleteFile(_T("missing/record.txt")) && GetLastError() == ERROR_PATH_NOT_FOUND);
  file = CreateFile(_T("log"), GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  EXPECT(file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_ACCESS_DENIED);

  file = CreateFile(_T("log\\record.txt"), GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_NEW, FILE_FLAG_WRITE_THROUGH,
                    NULL);
  EXPECT(file != INVALID_HANDLE_VALUE && WriteFile(file, "0123456789", 10, &done, NULL) && done == 10);
  EXPECT(!ReadFile(file, text, 1, &done, NULL) && GetLastError() == ERROR_ACCESS_DENIED);
  EXPECT(FlushFileBuffers(file) && CloseHandle(file) && !WriteFile(file, "x", 1, &done, NULL) && done == 0);
  EXPECT(GetLastError() == ERROR_INVALID_HANDLE);
  file = CreateFile(_T("log/record.txt"), GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  EXPECT(!WriteFile(file, "x", 1, &done, NULL) && GetLastError() == ERROR_ACCESS_DENIED && CloseHandle(file));
  EXPECT(CreateFile(_T("log/record.txt"), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL) == INVALID_HANDLE_VALUE);
  EXPECT(GetLastError() == ERROR_FILE_EXISTS);

  file = CreateFile(_T("log/record.txt"), GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, 0, NULL);
  EXPECT(file != INVALID_HANDLE_VALUE && GetLastError() == ERROR_ALREADY_EXISTS);
  EXPECT(GetFileSize(file, &high) == 10 && high == 0);
  EXPECT(SetFilePointer(file, -3, NULL, FILE_END) == 7);
  EXPECT(ReadFile(file, text, sizeof text, &done, NULL) && done == 3 && strcmp(text, "789") == 0);
  EXPECT(ReadFile(file, text, sizeof text, &done, NULL) && done == 0); /* the end */
  EXPECT(SetFilePointer(file, -3, NULL, FILE_BEGIN) == INVALID_SET_FILE_POINTER);
  EXPECT(GetLastError() == ERROR_NEGATIVE_SEEK && RtWaitForSingleObject(file, 0) == WAIT_FAILED);
  EXPECT(CloseHandle(file) && DeleteFile(_T("log/record.txt")) && !DeleteFile(_T("log/record.txt")));
}

static HANDLE opened(DWORD access, DWORD share) {
  return CreateFile(_T("shared.txt"), access, share, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
}
static BOOL is_refused(DWORD access, DWORD share) {
  SetLastError(0);
  const HANDLE file = opened(access, share);
  if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
  return file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_SHARING_VIOLATION;
}
#define READ_AND_WRITE (GENERIC_READ | GENERIC_WRITE)
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* Each of the three accesses against each share mode, the other one's share mode being no obstacle. */
static void share_modes(void) {
  static const DWORD accesses[] = {GENERIC_READ, GENERIC_WRITE, READ_AND_WRITE};
  static const DWORD needed[] = {FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE};
  DWORD done;
  HANDLE first, second;
  first = CreateFile(_T("shared.txt"), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
  EXPECT(WriteFile(first, "contents", 8, &done, NULL) && is_refused(GENERIC_READ, SHARE_ALL));
  EXPECT(CreateFile(_T("shared.txt"), GENERIC_WRITE, SHARE_ALL, NULL, CREATE_ALWAYS, 0, NULL) == INVALID_HANDLE_VALUE);
  EXPECT(GetLastError() == ERROR_SHARING_VIOLATION && GetFileSize(first, NULL) == 8); /* and nothing is cut off */
  EXPECT(!DeleteFile(_T("shared.txt")) && GetLastError() == ERROR_SHARING_VIOLATION && CloseHandle(first));
  for (int held = 0; held < 3; ++held) {
    for (DWORD share = 0; share <= SHARE_ALL; ++share) {
      first = opened(accesses[held], share);
      EXPECT(first != INVALID_HANDLE_VALUE);
      for (int wanted = 0; wanted < 3; ++wanted) {
        EXPECT(is_refused(accesses[wanted], SHARE_ALL) == ((needed[wanted] & ~share) != 0));
        EXPECT(is_refused(accesses[wanted], 0)); /* it would deny what the first one does */
      }
      EXPECT(CloseHandle(first));
    }
  }
  first = opened(GENERIC_WRITE, SHARE_ALL);
  second = opened(GENERIC_WRITE, SHARE_ALL); /* two that only write are no obstacle to each other */
  EXPECT(first != INVALID_HANDLE_VALUE && second != INVALID_HANDLE_VALUE && is_refused(GENERIC_READ, FILE_SHARE_READ));
  EXPECT(CloseHandle(first) && is_refused(GENERIC_READ, FILE_SHARE_READ) && CloseHandle(second));
  first = opened(GENERIC_READ, FILE_SHARE_DELETE);
  EXPECT(!is_refused(0, 0)); /* an open that neither reads nor writes is not checked */
  EXPECT(DeleteFile(_T("shared.txt")) && CloseHandle(first));
}

/* One process opens the file alone and is killed, and another one has it at once. */
static void share_modes_of_processes(void) {
  int ready[2];
  char byte;
  EXPECT(CloseHandle(CreateFile(_T("shared.txt"), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL)) && pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const BOOL alone = opened(READ_AND_WRITE, FILE_SHARE_READ) != INVALID_HANDLE_VALUE;
    if (write(ready[1], alone ? "y" : "n", 1) == 1) pause();
    _exit(1);
  }
  EXPECT(read(ready[0], &byte, 1) == 1 && byte == 'y');
  EXPECT(is_refused(GENERIC_WRITE, SHARE_ALL) && is_refused(GENERIC_READ, FILE_SHARE_READ));
  EXPECT(!is_refused(GENERIC_READ, SHARE_ALL) && !DeleteFile(_T("shared.txt")));
  EXPECT(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
  EXPECT(!is_refused(READ_AND_WRITE, 0) && DeleteFile(_T("shared.txt")));
}

static void no_name(void) {
  EXPECT(CreateFile(_T(""), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE);
  EXPECT(GetLastError() == ERROR_PATH_NOT_FOUND);
}

static void standard_output(void) {
  const HANDLE output = RtGetStdHandle(STD_OUTPUT_HANDLE);
  DWORD done = 0;
  EXPECT(output == GetStdHandle(STD_OUTPUT_HANDLE) && WriteFile(output, "standard output\n", 16, NULL, NULL));
  EXPECT(RtWriteConsole(output, _T("once\n"), 5, &done, NULL) && done == 5);
  EXPECT(WriteConsole(output,
                      _T("twice")
                      _T("?"),
                      5, &done, NULL) &&
         done == 5);
  EXPECT(GetStdHandle(0) == INVALID_HANDLE_VALUE && GetLastError() == ERROR_INVALID_HANDLE);
  EXPECT(!RtWriteConsole(NULL, _T("x"), 1, &done, NULL) && GetLastError() == ERROR_INVALID_HANDLE && done == 0);
}

static void a_datagram_to_oneself(void) {
  WSADATA data;
  SOCKADDR_IN address = {0};
  socklen_t size = sizeof address;
  ULONG yes = 1;
  char text[8] = {0};
  EXPECT(WSAStartup(MAKEWORD(2, 2), &data) == 0);
  SOCKET one = socket(AF_INET, SOCK_DGRAM, 0);
  EXPECT(one != INVALID_SOCKET);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = inet_addr("127.0.0.1");
  EXPECT(bind(one, (SOCKADDR*)&address, sizeof address) != SOCKET_ERROR);
  EXPECT(getsockname(one, (SOCKADDR*)&address, &size) == 0);
  EXPECT(ioctlsocket(one, FIONBIO, &yes) == 0);
  EXPECT(recv(one, text, sizeof text, 0) == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK);
  EXPECT(sendto(one, "hello", 5, 0, (SOCKADDR*)&address, sizeof address) == 5);
  while (recv(one, text, sizeof text, 0) == SOCKET_ERROR) Sleep(1);
  EXPECT(strcmp(text, "hello") == 0 && closesocket(one) == 0 && WSACleanup() == 0);
}

/* The count is ignored, the time-out stays; the time-out of a socket is a DWORD of milliseconds. */
static void sockets_as_winsock_has_them(void) {
  struct timeval limit = {20, 0};
  struct timeval moment = {0, 2000};
  SOCKADDR_IN address = {0};
  socklen_t size = sizeof address;
  DWORD milliseconds = 1500;
  int length = sizeof milliseconds;
  unsigned long yes = 1, waiting = ~0ul;
  fd_set set, none;
  char text[8];
  SOCKET one = socket(AF_INET, SOCK_DGRAM, 0);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = inet_addr("127.0.0.1");
  EXPECT(bind(one, (SOCKADDR*)&address, sizeof address) == 0 && getsockname(one, (SOCKADDR*)&address, &size) == 0);
  FD_ZERO(&none);
  FD_ZERO(&set);
  FD_SET(one, &set);
  EXPECT(select(0, &set, NULL, NULL, &moment) == 0 && moment.tv_usec == 2000);
  EXPECT(sendto(one, "hello", 5, 0, (SOCKADDR*)&address, sizeof address) == 5);
  FD_SET(one, &set);
  EXPECT(select(0, &set, NULL, NULL, &limit) == 1 && FD_ISSET(one, &set) && limit.tv_sec == 20);
  EXPECT(ioctlsocket(one, FIONREAD, &waiting) == 0 && waiting == 5 && recv(one, text, sizeof text, 0) == 5);
  EXPECT(select(0, &none, NULL, NULL, &moment) == SOCKET_ERROR && errno == EINVAL);
  EXPECT(setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, (const char*)&milliseconds, sizeof milliseconds) == 0);
  milliseconds = 0;
  EXPECT(getsockopt(one, SOL_SOCKET, SO_RCVTIMEO, (char*)&milliseconds, &length) == 0 && milliseconds == 1500);
  milliseconds = 20;
  EXPECT(setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, (const char*)&milliseconds, sizeof milliseconds) == 0);
  EXPECT(recv(one, text, sizeof text, 0) == SOCKET_ERROR && errno == EAGAIN);
  EXPECT(ioctlsocket(one, FIONBIO, &yes) == 0 && closesocket(one) == 0);
}

void _cdecl main(void) {
  recordings();
  share_modes();
  share_modes_of_processes();
  no_name();
  sockets_as_winsock_has_them();
  standard_output();
  a_datagram_to_oneself();
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
