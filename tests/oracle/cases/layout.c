/* Sizes and offsets of types, bit-fields among them. */
#include <stddef.h>

#include "oracle.h"

#define SIZE(type) answer("sizeof", #type, "%d", (int)sizeof(type))
#define OFFSET(type, member) answer("offsetof", #type "." #member, "%d", (int)offsetof(type, member))
/* clang-format off */
#define FIELDS(...) do { typedef struct { __VA_ARGS__ } LAYOUT; LAYOUT raw; memset(&raw, 0, sizeof raw); \
  answer("layout", #__VA_ARGS__, "%d", (int)sizeof(LAYOUT)); } while (0)
/* clang-format on */

void layout_cases(void) {
  SIZE(BYTE), SIZE(WORD), SIZE(DWORD), SIZE(LONG), SIZE(ULONG), SIZE(BOOL), SIZE(INT), SIZE(UINT), SIZE(LONGLONG),
      SIZE(HANDLE);
  SIZE(SIZE_T), SIZE(DWORD_PTR), SIZE(LARGE_INTEGER), SIZE(FILETIME), SIZE(SYSTEMTIME), SIZE(SECURITY_ATTRIBUTES),
      SIZE(FLOAT);
  SIZE(PROCESS_INFORMATION), SIZE(BOOLEAN), SIZE(SHORT), SIZE(USHORT), SIZE(CHAR), SIZE(UCHAR), SIZE(__int64),
      SIZE(LPVOID);
  SIZE(PVOID), SIZE(ULONG_PTR), SIZE(DWORDLONG), SIZE(DOUBLE);
  OFFSET(LARGE_INTEGER, HighPart), OFFSET(LARGE_INTEGER, QuadPart), OFFSET(FILETIME, dwHighDateTime);
  OFFSET(SYSTEMTIME, wDayOfWeek), OFFSET(SYSTEMTIME, wMilliseconds), OFFSET(PROCESS_INFORMATION, dwThreadId);
  OFFSET(SECURITY_ATTRIBUTES, bInheritHandle);
  FIELDS(BYTE mode; DWORD ready : 1, fault : 1, axis : 6; WORD code;);
  FIELDS(BYTE a : 4; BYTE b : 4;);
  FIELDS(BYTE a : 4; WORD b : 4;);
  FIELDS(BYTE a : 5; BYTE b : 5;);
  FIELDS(WORD a : 9; WORD b : 9;);
  FIELDS(DWORD a : 20; DWORD b : 20;);
  FIELDS(LONG a : 3; DWORD b : 5;);
  FIELDS(LONGLONG a : 40; LONGLONG b : 30;);
  FIELDS(BYTE a; LONGLONG b : 1;);
  FIELDS(BYTE a; DWORD b : 1; BYTE c;);
  FIELDS(DWORD a : 4; BYTE b;);
  FIELDS(WORD a : 1; DWORD b : 1; WORD c : 1;);
  FIELDS(BYTE a : 3; BYTE : 0; BYTE b : 3;);
  FIELDS(BYTE a; DWORD : 0; BYTE b;);
  FIELDS(DWORD a : 3; DWORD : 0; DWORD b : 3;);
  FIELDS(BYTE a : 3; DWORD : 0; BYTE b : 3;);
  FIELDS(char a; double b;);
  FIELDS(char a; LONGLONG b;);
  FIELDS(char a; HANDLE b; char c;);
  FIELDS(WORD a; union {
    DWORD b : 3;
    BYTE c;
  } u;);
  FIELDS(BYTE a : 1; BYTE b[3]; BYTE c : 1;);
  FIELDS(WORD a : 16; WORD b : 16; DWORD c : 32;);
#pragma pack(push, 1)
  FIELDS(BYTE one_a; DWORD b : 8; WORD c;);
  FIELDS(BYTE one_a : 4; WORD b : 4; DWORD c : 4;);
  FIELDS(char one_a; double b;);
#pragma pack(pop)
#pragma pack(push, 4)
  FIELDS(char four_a; double b;);
  FIELDS(BYTE four_a; LONGLONG b : 1;);
  FIELDS(WORD four_a; LONGLONG b; WORD c;);
#pragma pack(pop)
#pragma pack(push, 2)
  FIELDS(char two_a; double b;);
  FIELDS(BYTE two_a; DWORD b : 1; BYTE c;);
#pragma pack(pop)
}
