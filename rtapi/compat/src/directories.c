// Searches of directories.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "rtapi_compat/directories.h"

#include <dirent.h>
#include <fnmatch.h>
#include <time.h>

typedef struct Find {
  DIR* directory;
  size_t length;  // of the directory's name, with its slash
  char path[4096], pattern[256];
} Find;

static FILETIME file_time(struct timespec time) {
  const ULONGLONG ticks = (ULONGLONG)(time.tv_sec + 11644473600LL) * 10000000u + (ULONGLONG)time.tv_nsec / 100u;
  FILETIME result;
  result.dwLowDateTime = (DWORD)ticks;
  result.dwHighDateTime = (DWORD)(ticks >> 32);
  return result;
}
BOOL FindNextFileA(HANDLE search, LPWIN32_FIND_DATAA data) {
  Find* const find = (Find*)search;
  struct dirent* entry;
  struct stat status;
  if (find == NULL || search == INVALID_HANDLE_VALUE) {
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE;
  }
  while ((entry = readdir(find->directory)) != NULL) {
    const size_t name = strlen(entry->d_name);
    if (name >= MAX_PATH || find->length + name >= sizeof find->path) continue;
    if (fnmatch(find->pattern, entry->d_name, FNM_NOESCAPE | FNM_CASEFOLD) != 0) continue;
    memcpy(find->path + find->length, entry->d_name, name + 1);
    if (stat(find->path, &status) != 0) continue;
    memset(data, 0, sizeof *data);
    memcpy(data->cFileName, entry->d_name, name + 1);
    data->dwFileAttributes = S_ISDIR(status.st_mode) ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_NORMAL;
    data->nFileSizeLow = (DWORD)status.st_size;
    data->nFileSizeHigh = (DWORD)((ULONGLONG)status.st_size >> 32);
    data->ftCreationTime = file_time(status.st_ctim);
    data->ftLastAccessTime = file_time(status.st_atim);
    data->ftLastWriteTime = file_time(status.st_mtim);
    return TRUE;
  }
  SetLastError(ERROR_NO_MORE_FILES);
  return FALSE;
}
BOOL FindClose(HANDLE search) {
  Find* const find = (Find*)search;
  if (find == NULL || search == INVALID_HANDLE_VALUE) {
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE;
  }
  closedir(find->directory);
  free(find);
  return TRUE;
}
HANDLE FindFirstFileA(LPCSTR path, LPWIN32_FIND_DATAA data) {
  Find* const find = (Find*)malloc(sizeof *find);
  if (find == NULL || !rtapi_compat_path(path, find->path)) {
    if (find == NULL) SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    free(find);
    return INVALID_HANDLE_VALUE;
  }
  const char* const slash = strrchr(find->path, '/');
  const char* const pattern = slash == NULL ? find->path : slash + 1;
  find->length = (size_t)(pattern - find->path);
  if (strlen(pattern) >= sizeof find->pattern) {
    free(find);
    SetLastError(ERROR_FILENAME_EXCED_RANGE);
    return INVALID_HANDLE_VALUE;
  }
  memcpy(find->pattern, strcmp(pattern, "*.*") == 0 ? "*" : pattern,
         strcmp(pattern, "*.*") == 0 ? 2 : strlen(pattern) + 1);
  find->path[find->length] = '\0';
  find->directory = opendir(find->length == 0 ? "." : find->path);
  if (find->directory == NULL) {
    SetLastError(ERROR_PATH_NOT_FOUND);
  } else {
    if (FindNextFileA(find, data)) return find;
    SetLastError(ERROR_FILE_NOT_FOUND);
    closedir(find->directory);
  }
  free(find);
  return INVALID_HANDLE_VALUE;
}
