// RTSSrun.exe: starts a Linux program for a program of Windows, and says its process id by the exit code.
//
//   RTSSrun [/q] [/n] [/l] [/y] [/a(LIST)] [/p(CPU)] [/w] PROGRAM[.rtss] [ARGUMENT...]
//
// /a   processors it may run on: 2 or 0,2-3 or a mask, 0xC
// /p   its ideal processor, which here is the only one it may run on
// /w   waits, and ends with the program's exit code instead of its process id
// The other four concern RTX's own windows and messages: accepted, without effect.
#include <rtapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum { kFailed = -1, kProcessors = 64 };

static int fail(const char* text, const WCHAR* word) {
  fprintf(stderr, "RTSSrun: %ls: %s\n", word, text);
  return kFailed;
}

static int fail_by_code(const char* what, const WCHAR* word) {
  fprintf(stderr, "RTSSrun: %ls: %s: error %lu\n", word, what, GetLastError());
  return kFailed;
}

// The next word of a command line, without its quotes, cut off from what follows.
static WCHAR* next_word(WCHAR** rest) {
  WCHAR* at = *rest;
  while (*at == ' ' || *at == '\t') ++at;
  const int quoted = *at == '"';
  WCHAR* const word = at += quoted;
  while (*at != 0 && (quoted ? *at != '"' : *at != ' ' && *at != '\t')) ++at;
  *rest = *at == 0 ? at : at + 1;
  *at = 0;
  return word;
}

// "(0,2-3)" or "(0xC)"; 0 if it is neither.
static DWORD_PTR processors_of(const WCHAR* text) {
  if (*text++ != '(') return 0;
  WCHAR* end;
  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    const DWORD_PTR mask = _wcstoui64(text, &end, 16);
    return wcscmp(end, L")") == 0 ? mask : 0;
  }
  DWORD_PTR mask = 0;
  for (;; ++text) {
    const unsigned long first = wcstoul(text, &end, 10);
    unsigned long last = first;
    if (end == text) return 0;
    if (*end == '-') {
      text = end + 1;
      last = wcstoul(text, &end, 10);
      if (end == text) return 0;
    }
    if (last >= kProcessors || first > last) return 0;
    for (unsigned long cpu = first; cpu <= last; ++cpu) mask |= (DWORD_PTR)1 << cpu;
    text = end;
    if (*text == ')') return text[1] == 0 ? mask : 0;
    if (*text != ',') return 0;
  }
}

// How Linux calls a file.
static WCHAR* linux_name(const WCHAR* name) {
  char*(CDECL * unix_name)(const WCHAR*) =
      (void*)GetProcAddress(GetModuleHandleA("kernel32.dll"), "wine_get_unix_file_name");
  char* const bytes = unix_name != NULL ? unix_name(name) : NULL;
  if (bytes == NULL) return NULL;
  const int length = MultiByteToWideChar(CP_UTF8, 0, bytes, -1, NULL, 0);
  WCHAR* const wide = malloc((size_t)length * sizeof *wide);
  if (wide != NULL) MultiByteToWideChar(CP_UTF8, 0, bytes, -1, wide, length);
  return wide;
}

struct order {
  DWORD_PTR processors;  // 0: as RTSSrun itself
  BOOL waits;
};

// False: not a switch.
static BOOL read_switch(const WCHAR* word, struct order* order) {
  if (_wcsicmp(word, L"/q") == 0 || _wcsicmp(word, L"/n") == 0 || _wcsicmp(word, L"/l") == 0 ||
      _wcsicmp(word, L"/y") == 0) {
    return TRUE;
  }
  if (_wcsicmp(word, L"/w") == 0) return order->waits = TRUE;
  if (_wcsnicmp(word, L"/a", 2) == 0) return (order->processors = processors_of(word + 2)) != 0;
  if (_wcsnicmp(word, L"/p", 2) == 0) {
    const DWORD_PTR only = processors_of(word + 2);
    if (order->processors == 0) order->processors = only;
    return only != 0;
  }
  return FALSE;
}

static int start(const WCHAR* program, const WCHAR* arguments, const struct order* order) {
  WCHAR file[MAX_PATH];
  WCHAR folder[MAX_PATH];
  if (SearchPathW(NULL, program, L".rtss", MAX_PATH, file, NULL) == 0) return fail("no such program", program);
  WCHAR* const path = linux_name(file);
  WCHAR* const directory = GetCurrentDirectoryW(MAX_PATH, folder) != 0 ? linux_name(folder) : NULL;
  const size_t room = wcslen(file) + wcslen(arguments) + 4;
  WCHAR* const line = malloc(room * sizeof *line);
  if (path == NULL || directory == NULL || line == NULL) return fail("has no name in Linux", program);
  swprintf(line, room, L"\"%ls\" %ls", path, arguments);

  PROCESS_INFORMATION made;
  if (!RtCreateProcessW(path, line, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, directory, NULL, &made))
    return fail_by_code("cannot be started", path);
  if (order->processors != 0 && !RtSetProcessAffinityMask(made.hProcess, order->processors)) {
    fail_by_code("may not run on these processors", path);
    RtTerminateProcess(made.hProcess, 1);
    return kFailed;
  }
  RtResumeThread(made.hThread);
  if (!order->waits) return (int)made.dwProcessId;
  DWORD code = 0;
  RtWaitForSingleObject(made.hProcess, INFINITE);
  return RtGetExitCodeProcess(made.hProcess, &code) ? (int)code : kFailed;
}

int main(void) {
  WCHAR* rest = _wcsdup(GetCommandLineW());
  struct order order = {0, FALSE};
  next_word(&rest);
  for (;;) {
    const WCHAR* const word = next_word(&rest);
    if (*word == 0) {
      fputs("RTSSrun: no program is named: RTSSrun [/q] [/n] [/l] [/y] [/a(LIST)] [/p(CPU)] [/w] PROGRAM\n", stderr);
      return kFailed;
    }
    if (*word != '/') return start(word, rest, &order);
    if (!read_switch(word, &order)) return fail("no such switch, or no such processors", word);
  }
}
