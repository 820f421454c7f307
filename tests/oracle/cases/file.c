/* Files: creation, share modes, positions, errors. */
#include "oracle.h"

#define TELL(call)                                                      \
  do {                                                                  \
    SetLastError(12345);                                                \
    const int result = (int)(call);                                     \
    answer("files", #call, "%d error %d", result, (int)GetLastError()); \
  } while (0)
#define NAME "oracle.tmp"

static HANDLE opened(const char* path, DWORD access, DWORD share, DWORD creation) {
  return CreateFileA(path, access, share, NULL, creation, FILE_ATTRIBUTE_NORMAL, NULL);
}
/* 1 when it opens; it is closed again. */
static int opens(const char* path, DWORD access, DWORD share, DWORD creation) {
  const HANDLE file = opened(path, access, share, creation);
  if (file == INVALID_HANDLE_VALUE) return 0;
  const DWORD error = GetLastError();
  CloseHandle(file);
  SetLastError(error);
  return 1;
}

static void share_modes(void) {
  static const DWORD accesses[] = {GENERIC_READ, GENERIC_WRITE, GENERIC_READ | GENERIC_WRITE};
  static const char* const names[] = {"read", "write", "both"};
  for (int held = 0; held < 3; ++held) {
    for (DWORD share = 0; share < 8; ++share) {
      const HANDLE file = opened(NAME, accesses[held], share, OPEN_EXISTING);
      for (int wanted = 0; wanted < 3; ++wanted) {
        for (DWORD other = 0; other < 8; other += 1 + (other == 3) * 3) {
          char name[96];
          SetLastError(0);
          const int result = opens(NAME, accesses[wanted], other, OPEN_EXISTING);
          sprintf(name, "%s share %d, then %s share %d", names[held], (int)share, names[wanted], (int)other);
          answer("share modes", name, "%d error %d", result, (int)GetLastError());
        }
      }
      CloseHandle(file);
    }
  }
}

void file_cases(void) {
  char text[16] = "";
  DWORD done = 0;
  LONG high = 0;
  DeleteFileA(NAME);
  TELL(opens(NAME, GENERIC_READ, 0, OPEN_EXISTING));
  TELL(opens(NAME, GENERIC_WRITE, 0, TRUNCATE_EXISTING));
  TELL(opens("missing/" NAME, GENERIC_READ, 0, OPEN_EXISTING));
  TELL(opens("missing\\" NAME, GENERIC_WRITE, 0, CREATE_ALWAYS));
  TELL(opens("", GENERIC_READ, 0, OPEN_EXISTING));
  TELL(opens(NAME, GENERIC_WRITE, 0, 0));
  TELL(opens(NAME, GENERIC_WRITE, 0, 6));
  TELL(opens(NAME, GENERIC_WRITE, 0, CREATE_NEW));
  TELL(opens(NAME, GENERIC_WRITE, 0, CREATE_NEW));
  TELL(opens(NAME, GENERIC_WRITE, 0, CREATE_ALWAYS));
  TELL(opens(NAME, GENERIC_WRITE, 0, OPEN_ALWAYS));
  TELL(opens(NAME, GENERIC_WRITE, 0, TRUNCATE_EXISTING));
  TELL(opens(".\\" NAME, GENERIC_READ, 0, OPEN_EXISTING));
  TELL(opens(".", GENERIC_READ, 0, OPEN_EXISTING));
  TELL(opens(NAME, 0, 0, OPEN_EXISTING));
  HANDLE file = opened(NAME, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, OPEN_EXISTING);
  TELL(WriteFile(file, "0123456789", 10, &done, NULL) * 100 + (int)done);
  TELL(GetFileSize(file, NULL));
  TELL(SetFilePointer(file, 3, NULL, FILE_BEGIN));
  TELL(ReadFile(file, text, 4, &done, NULL) * 100 + (int)done);
  TELL(memcmp(text, "3456", 4));
  TELL(SetFilePointer(file, -2, NULL, FILE_CURRENT));
  TELL(SetFilePointer(file, -20, NULL, FILE_CURRENT));
  TELL(SetFilePointer(file, 0, NULL, FILE_END));
  TELL(SetFilePointer(file, 0, NULL, 3));
  TELL(ReadFile(file, text, 4, &done, NULL) * 100 + (int)done);
  TELL(SetFilePointer(file, 20, &high, FILE_BEGIN));
  TELL(GetFileSize(file, NULL));
  TELL(SetFilePointer(file, 5, NULL, FILE_BEGIN));
  TELL(SetEndOfFile(file));
  TELL(GetFileSize(file, NULL));
  TELL(FlushFileBuffers(file));
  TELL(DeleteFileA(NAME));
  TELL(CloseHandle(file));
  TELL(CloseHandle(file));
  TELL(GetFileSize(file, NULL));
  file = opened(NAME, GENERIC_READ, 0, OPEN_EXISTING);
  TELL(WriteFile(file, "x", 1, &done, NULL) * 100 + (int)done);
  TELL(SetEndOfFile(file));
  TELL(CloseHandle(file));
  file = opened(NAME, GENERIC_WRITE, 0, OPEN_EXISTING);
  TELL(ReadFile(file, text, 1, &done, NULL) * 100 + (int)done);
  TELL(CloseHandle(file));
  share_modes();
  file = opened(NAME, GENERIC_READ, FILE_SHARE_DELETE, OPEN_EXISTING);
  TELL(DeleteFileA(NAME));
  TELL(CloseHandle(file));
  TELL(DeleteFileA(NAME));
  TELL(DeleteFileA(""));
  TELL(DeleteFileA("missing/" NAME));
  TELL(CreateDirectoryA("oracle.dir", NULL));
  TELL(CreateDirectoryA("oracle.dir", NULL));
  TELL(CreateDirectoryA("missing/oracle.dir", NULL));
  TELL(DeleteFileA("oracle.dir"));
  TELL(RemoveDirectoryA("oracle.dir"));
  TELL(RemoveDirectoryA("oracle.dir"));
}
