#!/usr/bin/env python3
"""Makes the Wine DLL's calls from the public headers: every call has a wrapper, or this script fails.

usage: generate.py INCLUDE_DIR OUTPUT_DIR     writes calls.c, RtApi.spec, RtApi.def and rtapi.h
"""

import pathlib
import re
import sys

# In calls_by_hand.c: what has arguments that cannot be handed on as they are, or is Windows's business.
BY_HAND = set(
    """RtGetLastError RtSetLastError RtWaitForSingleObject RtReleaseMutex RtPrintf RtWprintf RtssVsnprintf
    RtssVsnwprintf RtIsInRtss RtGetCommandLineA RtExitProcess RtTerminateProcess RtExitThread""".split()
)
# They take a routine, and the library calls it as the host's rules are, or never.
TAKES_ROUTINE = set(
    """RtCreateThread RtCreateTimer RtCreateTimerEx RtAttachShutdownHandler RtAttachInterruptVector
    RtAttachInterruptVectorEx RtCommitLockProcessHeap RtCommitLockHeap RtSetWaitableTimer""".split()
)
ROUTINES = {"LPTHREAD_START_ROUTINE", "PRT_TIMER_ROUTINE", "PRT_SHUTDOWN_ROUTINE", "PTIMERAPCROUTINE"}
WORDS = set(
    """BOOL BOOLEAN UCHAR USHORT INT int UINT LONG ULONG DWORD CLOCK INTERFACE_TYPE BUS_DATA_TYPE KINTERRUPT_MODE
    MEMORY_CACHING_TYPE PCI_SLOT_NUMBER RTX64_MONITOR_CONTROL_OP""".split()
)
LONG_WORDS = set("ULONG64 SIZE_T size_t DWORD_PTR KAFFINITY LARGE_INTEGER".split())
POINTERS = set(
    """HANDLE PVOID LPVOID LPSTR LPCSTR LPWSTR LPCWSTR va_list LPSECURITY_ATTRIBUTES PSECURITY_ATTRIBUTES LPDWORD LPLONG
    PLARGE_INTEGER PULARGE_INTEGER LPFILETIME PUCHAR PUSHORT PULONG PDWORD_PTR LPSTARTUPINFOA LPSTARTUPINFOW
    LPPROCESS_INFORMATION PRTSS_EVENT_STATE PRTSS_MUTEX_STATE PRTSS_SEMAPHORE_STATE PRTSS_TIMER_STATE
    PSHARED_MEMORY_INFO PATTACH_INTERRUPT_PARAMETERS""".split()
)


def fail(text):
    sys.exit(f"bindings/wine/generate.py: {text}")


def without_comments(text):
    return re.sub(r"//[^\n]*", "", re.sub(r"/\*.*?\*/", "", text, flags=re.S))


def split_parameters(text):
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return [] if parts == ["VOID"] else parts


class Parameter:
    def __init__(self, text):
        self.text = text
        self.variadic = text == "..."
        callback = re.search(r"\(RTFCNDCL\* (\w+)\)", text)
        self.is_routine = callback is not None
        if callback:
            self.name, self.type = callback.group(1), "routine"
        elif not self.variadic:
            self.type, stars, self.name = re.fullmatch(r"(.*?)\s*(\**)\s*(\w+)", text, flags=re.S).groups()
            self.type = self.type.replace("CONST ", "") + stars
            self.is_routine = self.type in ROUTINES

    def kind(self, call):
        if self.type in WORDS:
            return "long"
        if self.type in LONG_WORDS:
            return "int64"
        if self.type in POINTERS or self.type.endswith("*") or self.is_routine:
            return "ptr"
        return fail(f"{call}: how is a {self.type} passed? Add it to a list here, or write the call by hand")


class Call:
    PATTERN = re.compile(r"^(\w+) (Rt\w+)\(", re.M)

    def __init__(self, result, name, parameters):
        self.result, self.name = result.strip(), name
        self.parameters = [Parameter(text) for text in split_parameters(parameters)]
        self.variadic = bool(self.parameters) and self.parameters[-1].variadic
        routines = any(p.is_routine for p in self.parameters if not p.variadic)
        if name not in BY_HAND and (self.variadic or (routines and name not in TAKES_ROUTINE)):
            fail(f"{name}: takes a routine or a varying number of arguments; write it by hand")

    def declaration(self):
        return ", ".join(p.text for p in self.parameters) or "VOID"

    def wrapper(self):
        arguments = ", ".join(p.name for p in self.parameters)
        head = f"{self.result} WINE_CALL wine_{self.name}({self.declaration()}) {{\n  last_error_in();\n"
        if self.result == "VOID":
            return f"{head}  {self.name}({arguments});\n  last_error_out();\n}}\n"
        return (
            f"{head}  const {self.result} result = {self.name}({arguments});\n"
            "  last_error_out();\n  return result;\n}\n"
        )

    def specification(self):
        kinds = " ".join(p.kind(self.name) for p in self.parameters if not p.variadic)
        return f"@ {'varargs' if self.variadic else 'stdcall'} {self.name}({kinds}) wine_{self.name}\n"


def read_calls(text):
    calls = []
    for match in Call.PATTERN.finditer(text):
        end, depth = match.end(), 1
        while depth:
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        calls.append(Call(match.group(1), match.group(2), re.sub(r"\s+", " ", text[match.end() : end - 1])))
    declared = set(re.findall(r"\b(Rt\w+)\(", re.sub(r"RTSS_WIDE\(\w+\)|static inline [^\n]*", "", text)))
    missed = declared - {call.name for call in calls} - {"RTFCNDCL"}
    if missed:
        fail(f"not understood: {' '.join(sorted(missed))}")
    return calls


# ---- the header for Windows's compilers ----------------------------------------------------------------------------

# Declared by <windows.h>.
OF_WINDOWS = re.compile(
    r"typedef (?:struct _(?:STARTUPINFO[AW]|PROCESS_INFORMATION) \{.*?\} [^;]*|[^;{]*\b"
    r"(?:PTHREAD_START_ROUTINE|LPTHREAD_START_ROUTINE|PTIMERAPCROUTINE|STARTUPINFO|LPSTARTUPINFO)\b[^;]*);",
    flags=re.S,
)
KEPT_OF_TYPES = re.compile(r"#define (?:MAX_WFMO|RTX_\w+|SHM_\w+|PLS_NINDEX|MAXNUM_\w+) [^\n]*\n")
HEADER_START = """/* Generated from the headers of rtapi: the real-time API for programs of Windows, with any of its compilers. */
#ifndef RTAPI_FOR_WINDOWS_H
#define RTAPI_FOR_WINDOWS_H

#include <stdarg.h>
#include <windows.h>

#ifndef RTFCNDCL
#define RTFCNDCL WINAPI
#endif

#ifdef __cplusplus
extern "C" {
#endif

"""
HEADER_END = """
#ifdef __cplusplus
}
#endif

#endif
"""


def define_once(match):
    name = re.match(r"#define (\w+)", match.group(0)).group(1)
    return f"#ifndef {name}\n{match.group(0).rstrip()}\n#endif\n"


def windows_part(name, text):
    text = text.replace("\\\n", "")
    if name == "types.h":
        text = "typedef ULONG_PTR KAFFINITY;\n" + "".join(KEPT_OF_TYPES.findall(text))
    elif name == "error.h":
        text = "DWORD RtGetLastError(VOID);\nVOID RtSetLastError(DWORD dwErrCode);\n"
    text = re.sub(r"#include[^\n]*\n|RTSS_(?:BEGIN|END)_DECLS|#ifndef \w+_H\n#define \w+_H\n", "", text)
    text = re.sub(r"#endif\s*\Z", "", text) if name not in ("types.h", "error.h") else text
    text = re.sub(r"\s*RTSS_WIDE\(\w+\)|\s*__attribute__\(\(noreturn\)\)", "", text)
    text = OF_WINDOWS.sub("", text)
    text = Call.PATTERN.sub(r"__declspec(dllimport) \1 WINAPI \2(", text)
    text = re.sub(r"(^#define [^\n]*\n)", define_once, text, flags=re.M)
    return re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"


def main():
    include, output = map(pathlib.Path, sys.argv[1:])
    texts = {path.name: without_comments(path.read_text()) for path in sorted((include / "rtapi").glob("*.h"))}
    calls = [call for text in texts.values() for call in read_calls(text)]
    unknown = (BY_HAND | TAKES_ROUTINE) - {call.name for call in calls}
    if unknown:
        fail(f"no longer declared: {' '.join(sorted(unknown))}")
    order = ["types.h", *(name for name in texts if name != "types.h")]

    wrappers = '#include "bindings/wine/calls.h"\n\n'
    wrappers += "\n".join(call.wrapper() for call in calls if call.name not in BY_HAND)
    (output / "calls.c").write_text(wrappers)
    (output / "RtApi.spec").write_text("".join(call.specification() for call in calls))
    (output / "RtApi.def").write_text(
        "LIBRARY RtApi.dll\nEXPORTS\n" + "".join(f"  {call.name}\n" for call in calls)
    )
    parts = "\n".join(windows_part(name, texts[name]) for name in order)
    (output / "rtapi.h").write_text(HEADER_START + parts + HEADER_END)


main()
