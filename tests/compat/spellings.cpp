// The flags define UNDER_RTSS, and headers are found as programs spell them.
#ifndef UNDER_RTSS
#error "not the real-time half"
#endif
#include <SDKDDKVer.h>
#include <WinSock2.h>
#include <Windows.h>
#include <Ws2tcpip.h>
#include <direct.h>
#include <intrin.h>
#include <mmsystem.h>
#include <typeinfo.h>

#include "IO.H"
#include "RtAPI.h"
#include "WINDOWS.H"
#include "crtdbg.h"
#include "expect.h"
#include "rtssApi.h"

static_assert(UNDER_RTSS == 1, "#if UNDER_RTSS");

static void descriptors() {
  char text[8] = "", folder[4096] = "";
  EXPECT(_mkdir("log") == 0 && _mkdir("log") == -1 && errno == EEXIST);
  EXPECT(_mkdir("log\\more") == 0 && _access("log\\more", 0) == 0 && _rmdir("log/more") == 0);
  EXPECT(_access("log\\more", 0) == -1 && errno == ENOENT);
  const int file = _open("log\\x.bin", _O_CREAT | _O_RDWR | _O_BINARY, _S_IREAD | _S_IWRITE);
  EXPECT(file >= 0 && _write(file, "12345", 5) == 5 && _filelength(file) == 5 && _lseek(file, 1, SEEK_SET) == 1);
  EXPECT(_read(file, text, 3) == 3 && strcmp(text, "234") == 0 && !_isatty(file) && _close(file) == 0);
  EXPECT(_unlink("log\\x.bin") == 0 && _unlink("log\\x.bin") == -1);
  EXPECT(_chdir("log") == 0 && _getcwd(folder, sizeof folder) == folder && strstr(folder, "/log") != NULL);
  EXPECT(_getcwd(folder, 2) == NULL && errno == ERANGE);
}

static void bits() {
  DWORD index = 77;
  unsigned long long_index = 77;
  EXPECT(!_BitScanForward(&index, 0) && !_BitScanReverse(&index, 0) && index == 77);
  EXPECT(_BitScanForward(&index, 0x50) && index == 4 && _BitScanReverse(&long_index, 0x50) && long_index == 6);
  EXPECT(_BitScanForward64(&index, 1ULL << 40) && index == 40 && _BitScanReverse64(&index, 3ULL << 40) && index == 41);
  EXPECT(_rotl(0x80000001u, 1) == 3 && _rotr(3, 1) == 0x80000001u && _rotl(5, 0) == 5 && _rotr(5, 32) == 5);
  EXPECT(_rotl64(1ULL << 63, 1) == 1 && _rotr64(1, 1) == 1ULL << 63);
  EXPECT(_byteswap_ushort(0x1234) == 0x3412 && _byteswap_ulong(0x12345678) == 0x78563412);
  EXPECT(_byteswap_uint64(1) == 1ULL << 56);
}

int main() {
  descriptors();
  bits();
  const DWORD before = timeGetTime();
  EXPECT(timeBeginPeriod(1) == TIMERR_NOERROR && timeGetTime() - before < 60000 && timeEndPeriod(1) == TIMERR_NOERROR);
  EXPECT(typeid(LONG) == typeid(int) && _CrtDumpMemoryLeaks() == 0);
  ALL_AS_EXPECTED();
  return 0;
}
