#include "runtime/services/namespace_clock.h"

#include <ctime>

#include "platform/clock.h"
#include "runtime/life/attach.h"

namespace rtss::runtime {

namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

std::int64_t monotonic() { return static_cast<std::int64_t>(platform::monotonic_ns()); }

}  // namespace

std::int64_t system_clock_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

Status namespace_clock_offset(std::int64_t* ns) {
  if (const Status status = enter(self_state); status != Status::kOk) return status;
  std::atomic<std::int64_t>& offset = attachment.view.header->clock_offset;
  std::int64_t seen = offset.load(std::memory_order_relaxed);
  if (seen == 0) {
    const std::int64_t chosen = system_clock_ns() - monotonic();
    if (offset.compare_exchange_strong(seen, chosen, std::memory_order_relaxed)) seen = chosen;
  }
  *ns = seen;
  return Status::kOk;
}

Status read_namespace_clock(std::int64_t* ns) {
  std::int64_t offset = 0;
  const Status status = namespace_clock_offset(&offset);
  if (status == Status::kOk) *ns = monotonic() + offset;
  return status;
}

Status set_namespace_clock(std::int64_t ns) {
  if (const Status status = enter(self_state); status != Status::kOk) return status;
  const std::int64_t offset = ns - monotonic();
  attachment.view.header->clock_offset.store(offset != 0 ? offset : 1, std::memory_order_relaxed);
  return Status::kOk;
}

}  // namespace rtss::runtime
