#include "rtapi/src/host.h"

#include "rtapi/src/translate.h"
#include "runtime/fast_path.h"
#include "runtime/services/host.h"

using namespace rtss;

const char* rtss_host_version() { return RTSS_VERSION; }

[[gnu::aligned(rtapi::kCacheLine)]] BOOL RTSS_HOST_CALL rtss_host_take(HANDLE hMutex) {
  return runtime::take_at_once(rtapi::handle_value(hMutex)) ? TRUE : FALSE;
}

[[gnu::aligned(rtapi::kCacheLine)]] BOOL RTSS_HOST_CALL rtss_host_release(HANDLE hMutex) {
  return runtime::release_at_once(rtapi::handle_value(hMutex)) ? TRUE : FALSE;
}

void rtss_host_set(const rtss_host* host) {
  runtime::set_host({.start_thread = host->start_thread,
                     .exit_thread = host->exit_thread,
                     .run = host->run,
                     .stop_signal = host->stop_signal,
                     .end_signal = host->end_signal});
}
