#include "rtapi/src/status_map.h"

#include <rtapi/error.h>

namespace rtss::rtapi {

DWORD win32_error(runtime::Status status) {
  using runtime::Status;
  switch (status) {
    case Status::kOk:
      return ERROR_SUCCESS;
    case Status::kAlreadyExists:
      return ERROR_ALREADY_EXISTS;
    case Status::kNotFound:
      return ERROR_FILE_NOT_FOUND;
    case Status::kInvalidHandle:
      return ERROR_INVALID_HANDLE;
    case Status::kInvalidParameter:
      return ERROR_INVALID_PARAMETER;
    case Status::kInvalidName:
      return ERROR_INVALID_NAME;
    case Status::kNameTooLong:
      return ERROR_FILENAME_EXCED_RANGE;
    case Status::kNotOwner:
      return ERROR_NOT_OWNER;
    case Status::kTooManyPosts:
      return ERROR_TOO_MANY_POSTS;
    case Status::kRecursionLimit:
      return ERROR_MUTANT_LIMIT_EXCEEDED;
    case Status::kTableFull:
      return ERROR_NO_SYSTEM_RESOURCES;
    case Status::kNoMemory:
      return ERROR_NOT_ENOUGH_MEMORY;
    case Status::kRetry:  // lost at each attempt
    case Status::kAccessDenied:
      return ERROR_ACCESS_DENIED;
    case Status::kIncompatible:
      return ERROR_REVISION_MISMATCH;
    case Status::kCorrupt:
      return ERROR_FILE_CORRUPT;
    case Status::kPrivilegeNotHeld:
      return ERROR_PRIVILEGE_NOT_HELD;
    case Status::kNotSupported:
      return ERROR_NOT_SUPPORTED;
    case Status::kSuspendLimit:
      return ERROR_SIGNAL_REFUSED;
    case Status::kInUse:
      return ERROR_BUSY;
    case Status::kNotExecutable:
      return ERROR_BAD_EXE_FORMAT;
  }
  __builtin_unreachable();
}

}  // namespace rtss::rtapi
