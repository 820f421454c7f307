/* A Win32 program with Winsock: a server thread answers clients, a log is kept in a file, errors are told in words.
 * Also built as C++. */
#include <process.h>
#include <stdio.h>
#include <tchar.h>
#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include "expect.h"

#pragma comment(lib, "ws2_32.lib")

#define MESSAGES 50

static CRITICAL_SECTION guard;
static HANDLE ready;
static unsigned short port;
static volatile LONG served;

static void Log(LPCTSTR text) {
  FILE* file = NULL;
  SYSTEMTIME now;
  EnterCriticalSection(&guard);
  GetLocalTime(&now);
  if (_tfopen_s(&file, _T("telemetry.log"), _T("a")) == 0) {
    _ftprintf(file, _T("%02d:%02d:%02d %s\n"), now.wHour, now.wMinute, now.wSecond, text);
    fclose(file);
  }
  LeaveCriticalSection(&guard);
}

static void LogError(LPCTSTR what, DWORD error) {
  TCHAR *text = NULL, line[256];
  FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                error, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (LPTSTR)&text, 0, NULL);
  EXPECT(text != NULL);
  _sntprintf_s(line, _countof(line), _TRUNCATE, _T("%s: %s"), what, text);
  LocalFree(text);
  Log(line);
}

static unsigned WINAPI Serve(void* unused) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP), client;
  char buffer[64];
  int got;
  (void)unused;
  ZeroMemory(&address, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT(listener != INVALID_SOCKET && bind(listener, (struct sockaddr*)&address, sizeof address) == 0);
  EXPECT(listen(listener, 1) == 0 && getsockname(listener, (struct sockaddr*)&address, &size) == 0);
  port = ntohs(address.sin_port);
  SetEvent(ready);
  client = accept(listener, NULL, NULL);
  EXPECT(client != INVALID_SOCKET);
  while ((got = (int)recv(client, buffer, sizeof buffer, 0)) > 0) {
    EXPECT(send(client, buffer, (size_t)got, 0) == got);
    InterlockedExchangeAdd(&served, got);
  }
  closesocket(client);
  closesocket(listener);
  return (unsigned)served;
}

int _tmain(int argc, TCHAR* argv[]) {
  WSADATA data;
  struct sockaddr_in address;
  HANDLE thread;
  DWORD code = 0;
  SOCKET line;
  u_long on = 1;
  char byte = 0;
  int i;
  UNREFERENCED_PARAMETER(argc);
  UNREFERENCED_PARAMETER(argv);
  EXPECT(WSAStartup(MAKEWORD(2, 2), &data) == 0);
  InitializeCriticalSection(&guard);
  ready = CreateEvent(NULL, FALSE, FALSE, NULL);
  thread = (HANDLE)_beginthreadex(NULL, 0, Serve, NULL, 0, NULL);
  EXPECT(WaitForSingleObject(ready, LONGEST_WAIT) == WAIT_OBJECT_0);
  Log(_T("the server is up"));

  line = socket(AF_INET, SOCK_STREAM, 0);
  ZeroMemory(&address, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  EXPECT(inet_pton(AF_INET, "127.0.0.1", &address.sin_addr) == 1);
  EXPECT(connect(line, (struct sockaddr*)&address, sizeof address) == 0);
  for (i = 0; i < MESSAGES; i++) {
    char sent = (char)i, back = -1;
    EXPECT(send(line, &sent, 1, 0) == 1 && recv(line, &back, 1, 0) == 1 && back == sent);
  }
  EXPECT(ioctlsocket(line, FIONBIO, &on) == 0 && recv(line, &byte, 1, 0) == SOCKET_ERROR);
  EXPECT(WSAGetLastError() == WSAEWOULDBLOCK);
  LogError(_T("recv"), (DWORD)WSAGetLastError());
  shutdown(line, SD_SEND);
  EXPECT(WaitForSingleObject(thread, LONGEST_WAIT) == WAIT_OBJECT_0);
  EXPECT(GetExitCodeThread(thread, &code) && code == MESSAGES);
  closesocket(line);

  line = socket(AF_INET, SOCK_STREAM, 0); /* the server is gone */
  EXPECT(connect(line, (struct sockaddr*)&address, sizeof address) == SOCKET_ERROR);
  EXPECT(WSAGetLastError() == WSAECONNREFUSED);
  LogError(_T("connect"), (DWORD)WSAGetLastError());
  closesocket(line);
  EXPECT(GetFileAttributes(_T("telemetry.log")) == FILE_ATTRIBUTE_NORMAL && CloseHandle(thread) && CloseHandle(ready));
  DeleteCriticalSection(&guard);
  WSACleanup();
  ALL_AS_EXPECTED();
  return 0;
}
