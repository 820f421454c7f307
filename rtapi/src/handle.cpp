#include <rtapi/handle.h>

#include "rtapi/src/translate.h"

using namespace rtss;

BOOL RtCloseHandle(HANDLE hObject) { return rtapi::win32_result(runtime::close(rtapi::runtime_handle(hObject))); }
