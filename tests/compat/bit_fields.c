/* Bit-fields as Microsoft's compilers lay them out: each declared type brings a unit of its own size, and neighbours
 * share one only when their types have the same size. The numbers are MSVC's for x64. */
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stddef.h>
#include <string.h>
#include <tchar.h>
#include <windows.h>
#include <winsock2.h>

#include "expect.h"

#ifdef __cplusplus
#define ASSERT_SIZE(type, size) static_assert(sizeof(type) == size, #type)
#else
#define ASSERT_SIZE(type, size) _Static_assert(sizeof(type) == size, #type)
#endif

typedef struct {
  BYTE mode;
  DWORD ready : 1, fault : 1, axis : 6;
  WORD code;
} FROM_A_DEVICE;
ASSERT_SIZE(FROM_A_DEVICE, 12);

typedef struct {
  BYTE a : 4;
  WORD b : 4;
} OTHER_SIZES;
typedef struct {
  BYTE a : 4;
  BYTE b : 4;
} ONE_SIZE;
typedef struct {
  LONG a : 3;
  DWORD b : 5;
} OTHER_SIGNS;
typedef struct {
  BYTE a : 5;
  BYTE b : 5;
} NO_STRADDLING;
typedef struct {
  DWORD a : 20;
  DWORD b : 20;
} NO_STRADDLING_OF_FOUR;
typedef struct {
  LONGLONG a : 40;
  LONGLONG b : 30;
} NO_STRADDLING_OF_EIGHT;
typedef struct {
  BYTE a;
  LONGLONG b : 1;
} ALIGNED_BY_ITS_TYPE;
typedef struct {
  DWORD a : 4;
  BYTE b;
} BEHIND_A_UNIT;
typedef struct {
  WORD a : 1;
  DWORD b : 1;
  WORD c : 1;
} MIXED;
ASSERT_SIZE(OTHER_SIZES, 4);
ASSERT_SIZE(ONE_SIZE, 1);
ASSERT_SIZE(OTHER_SIGNS, 4);
ASSERT_SIZE(NO_STRADDLING, 2);
ASSERT_SIZE(NO_STRADDLING_OF_FOUR, 8);
ASSERT_SIZE(NO_STRADDLING_OF_EIGHT, 16);
ASSERT_SIZE(ALIGNED_BY_ITS_TYPE, 16);
ASSERT_SIZE(BEHIND_A_UNIT, 8);
ASSERT_SIZE(MIXED, 12);

typedef struct {
  BYTE a : 3;
  BYTE : 0;
  BYTE b : 3;
} DIVIDED;
typedef struct {
  BYTE a;
  DWORD : 0;
  BYTE b;
} DIVIDED_BEHIND_A_BYTE;
typedef struct {
  DWORD a : 3;
  DWORD : 0;
  DWORD b : 3;
} DIVIDED_FOURS;
ASSERT_SIZE(DIVIDED, 2);
ASSERT_SIZE(DIVIDED_BEHIND_A_BYTE, 2);
ASSERT_SIZE(DIVIDED_FOURS, 8);

#pragma pack(push, 1)
typedef struct {
  BYTE mode;
  DWORD ready : 8;
  WORD code;
} PACKED;
typedef struct {
  BYTE a : 4;
  WORD b : 4;
  DWORD c : 4;
} PACKED_UNITS;
#pragma pack(pop)
ASSERT_SIZE(PACKED, 7);
ASSERT_SIZE(PACKED_UNITS, 7);

typedef union {
  DWORD a : 3;
  BYTE b;
} UNION_OF_A_UNIT;
typedef struct {
  BYTE before;
  union {
    WORD whole;
    struct {
      WORD low : 8;
      WORD high : 8;
    } half;
  } u;
  BYTE behind;
} NESTED;
ASSERT_SIZE(UNION_OF_A_UNIT, 4);
ASSERT_SIZE(NESTED, 6);

/* Headers of protocols stay as the wire has them. */
ASSERT_SIZE(struct iphdr, 20);
ASSERT_SIZE(struct ip, 20);
ASSERT_SIZE(struct icmp, 28);

#ifdef __cplusplus
class Status {
 public:
  BYTE mode;
  bool ready : 1;
  BYTE fault : 1;
  DWORD axis : 6;
};
class Axis : public Status {
 public:
  BYTE code;
};
struct OneBool {
  bool a : 1;
  DWORD b : 1;
  bool c : 1;
};
ASSERT_SIZE(Status, 8);
ASSERT_SIZE(Axis, 12);
ASSERT_SIZE(OneBool, 12);
#endif

void _tmain(void) {
  BYTE raw[sizeof(FROM_A_DEVICE)] = {0};
  FROM_A_DEVICE device;
  raw[0] = 7;
  raw[4] = 0x86; /* not ready, a fault, axis 0x21 */
  raw[8] = 0x34;
  raw[9] = 0x12;
  memcpy(&device, raw, sizeof raw);
  EXPECT(device.mode == 7 && !device.ready && device.fault && device.axis == 0x21 && device.code == 0x1234);
  EXPECT(offsetof(PACKED, code) == 5 && offsetof(NESTED, behind) == 4);
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
