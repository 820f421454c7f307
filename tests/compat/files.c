/* Files as programs keep their logs and recordings, and a datagram to oneself. */
#include <string.h>
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
  EXPECT(recv(one, text, sizeof text, 0) == SOCKET_ERROR && WSAGetLastError() == EWOULDBLOCK);
  EXPECT(sendto(one, "hello", 5, 0, (SOCKADDR*)&address, sizeof address) == 5);
  while (recv(one, text, sizeof text, 0) == SOCKET_ERROR) Sleep(1);
  EXPECT(strcmp(text, "hello") == 0 && closesocket(one) == 0 && WSACleanup() == 0);
}

void _cdecl main(void) {
  recordings();
  standard_output();
  a_datagram_to_oneself();
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
