#!/usr/bin/env python3
"""Compares the structures of the system's headers, and of this library's, with and without -mms-bitfields.

usage: check_layouts.py INCLUDE COMPAT CC CXX    the folders of rtapi.h and of windows.h; exits 77 without the flag

Each header that a port includes must lay its structures out the same either way, but for those of UNTOUCHED.
"""

import re
import subprocess
import sys
import tempfile

C = """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
 stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype""".split()
POSIX = """aio arpa/inet dirent dlfcn fcntl fnmatch ftw glob grp iconv langinfo libgen mqueue net/ethernet net/if
 net/if_arp netdb netinet/icmp6 netinet/if_ether netinet/in netinet/ip netinet/ip6 netinet/ip_icmp netinet/tcp
 netinet/udp netpacket/packet nl_types poll pthread pwd regex sched semaphore spawn strings sys/epoll sys/eventfd
 sys/inotify sys/ioctl sys/ipc sys/mman sys/msg sys/prctl sys/ptrace sys/resource sys/select sys/sem sys/shm
 sys/signalfd sys/socket sys/stat sys/statvfs sys/sysinfo sys/time sys/timerfd sys/times sys/timex sys/types sys/uio
 sys/un sys/utsname sys/wait syslog termios ucontext unistd utime utmpx wordexp linux/can linux/can/raw linux/errqueue
 linux/ethtool linux/gpio linux/i2c linux/i2c-dev linux/if_link linux/if_ether linux/if_vlan linux/input
 linux/net_tstamp linux/netlink linux/perf_event linux/ppdev linux/ptp_clock linux/rtc linux/rtnetlink linux/serial
 linux/spi/spidev linux/usbdevice_fs linux/vfio""".split()
CXX = """algorithm any array atomic bitset cassert charconv chrono cmath complex condition_variable deque exception
 execution filesystem forward_list fstream functional future initializer_list iomanip ios iostream iterator limits list
 locale map memory memory_resource mutex new numeric optional ostream queue random ratio regex scoped_allocator set
 shared_mutex sstream stack stdexcept streambuf string string_view system_error thread tuple type_traits typeindex
 typeinfo unordered_map unordered_set utility valarray variant vector""".split()
# The C library's own: a program only hands its address on, and the C library writes what it always wrote, which is less.
UNTOUCHED = {"fenv_t"}

ENTRY = re.compile(r" <(\w+)><(\w+)>: Abbrev Number: \d+ \((\w+)\)")
ATTRIBUTE = re.compile(r"\s+<\w+>\s+DW_AT_(\w+)\s*: (.*)")
STRUCTURES = ("DW_TAG_structure_type", "DW_TAG_union_type", "DW_TAG_class_type")


def name_of(entry):
    return entry.get("name", "").split("): ")[-1].strip()


def structures(compiler, flags, source):
    """Name and line of each structure, with its size and the places of its members."""
    with tempfile.NamedTemporaryFile(suffix=".o") as made:
        subprocess.run([*compiler, *flags, "-D_GNU_SOURCE", "-g", "-fno-eliminate-unused-debug-types", "-c", "-o",
                        made.name, "-"], input=source, text=True, check=True)
        dump = subprocess.run(["readelf", "--debug-dump=info", made.name], text=True, check=True, capture_output=True)
    above, found, names = [], [], {}
    for line in dump.stdout.splitlines():
        if begun := ENTRY.match(line):
            depth, tag = int(begun[1], 16), begun[3]
            entry = {"tag": tag, "members": []}
            above[depth:] = [entry]
            if tag == "DW_TAG_member":
                above[depth - 1]["members"].append(entry)
            elif tag in STRUCTURES:
                found.append((begun[2], entry))
            elif tag == "DW_TAG_typedef":
                names[begun[2]] = entry
        elif above and (attribute := ATTRIBUTE.match(line)):
            above[-1][attribute[1]] = attribute[2].strip()
    typedefs = {entry.get("type", "").strip("<>"): name_of(entry) for entry in names.values()}
    places = ("data_member_location", "data_bit_offset", "bit_size")
    return {(name_of(entry) or typedefs.get("0x" + offset, ""), entry.get("decl_line")):
            (entry.get("byte_size"), [(name_of(member), *map(member.get, places)) for member in entry["members"]])
            for offset, entry in found}


def main():
    include, compat, cc, cxx = sys.argv[1:]
    probe = subprocess.run([cc, "-mms-bitfields", "-x", "c", "-fsyntax-only", "-"], input="", text=True,
                           capture_output=True, check=False)
    if probe.returncode != 0:
        print(f"skipped: {cc} has no -mms-bitfields")
        return 77
    compared = 0
    for language, compiler, headers in (("c", cc, [f"{name}.h" for name in C + POSIX]), ("c++", cxx, CXX)):
        command = [compiler, "-x", language, f"-I{compat}", f"-I{include}"]
        source = "".join(f"#include <{name}>\n" for name in ["cstdio" if language == "c++" else "stdio.h", "rtapi.h", "windows.h", "winsock2.h", "tchar.h", *headers])
        without, with_flag = (structures(command, flags, source) for flags in ([], ["-mms-bitfields"]))
        differing = [name for name in without if without[name] != with_flag.get(name) and name[0] not in UNTOUCHED]
        compared += len(without)
        for name in differing:
            print(f"{language}: {name[0] or 'unnamed'}, line {name[1]}: {without[name][0]} bytes, {with_flag.get(name)}")
        if differing:
            return 1
    if compared < 2000:
        print(f"only {compared} structures found")
        return 1
    print(f"{compared} structures are the same")
    return 0


sys.exit(main())
