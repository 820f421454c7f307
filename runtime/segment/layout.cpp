#include "runtime/segment/layout.h"

#include <bit>

namespace rtss::runtime {

namespace {

constexpr std::uint64_t kCacheLine = 128;

template <typename T>
std::uint64_t place(std::uint64_t& end, std::uint64_t count) {
  const std::uint64_t start = (end + kCacheLine - 1) / kCacheLine * kCacheLine;
  end = start + count * sizeof(T);
  return start;
}

// Any change of a shared structure must change this. A member that is added or moved changes an offset after it.
constexpr std::uint64_t kLayoutParts[] = {kLayoutVersion,
                                          kBlocksPerThread,
                                          sizeof(pthread_mutex_t),
                                          sizeof(Header),
                                          offsetof(Header, limits),
                                          offsetof(Header, inheritance),
                                          offsetof(Header, names_per_kind),
                                          offsetof(Header, refused_boosts),
                                          offsetof(Header, deaths_swept),
                                          offsetof(Header, next_file),
                                          offsetof(Header, clock_offset),
                                          offsetof(Header, free_object),
                                          offsetof(Header, objects_used),
                                          offsetof(Header, processes_used),
                                          offsetof(Header, namespace_lock),
                                          offsetof(Header, all_lock),
                                          sizeof(ProcessRecord),
                                          offsetof(ProcessRecord, doorbell),
                                          offsetof(ProcessRecord, sealed_start),
                                          offsetof(ProcessRecord, life),
                                          sizeof(ThreadRecord),
                                          offsetof(ThreadRecord, owned),
                                          offsetof(ThreadRecord, process),
                                          offsetof(ThreadRecord, object),
                                          offsetof(ThreadRecord, waiting_since_ms),
                                          offsetof(ThreadRecord, life),
                                          offsetof(ThreadRecord, pi_lock),
                                          offsetof(ThreadRecord, boost),
                                          sizeof(priority::ThreadBoost),
                                          offsetof(priority::ThreadBoost, saved),
                                          offsetof(priority::ThreadBoost, claims),
                                          sizeof(WaitBlock),
                                          offsetof(WaitBlock, redo),
                                          offsetof(WaitBlock, ticket),
                                          offsetof(WaitBlock, key),
                                          offsetof(WaitBlock, wait_all),
                                          offsetof(WaitBlock, pulsed),
                                          sizeof(Object),
                                          offsetof(Object, kind),
                                          offsetof(Object, orphan),
                                          offsetof(Object, maximum),
                                          offsetof(Object, head),
                                          offsetof(Object, all_hint),
                                          offsetof(Object, recheck),
                                          offsetof(Object, boost),
                                          offsetof(Object, contentions),
                                          offsetof(Object, worst_wait_ms),
                                          offsetof(Object, lock),
                                          offsetof(Object, references),
                                          offsetof(Object, next),
                                          sizeof(ObjectInfo),
                                          offsetof(ObjectInfo, name_length),
                                          offsetof(ObjectInfo, size),
                                          offsetof(ObjectInfo, file),
                                          sizeof(HandleEntry),
                                          offsetof(HandleEntry, target)};

}  // namespace

bool are_sane(const Limits& limits) {
  return limits.processes != 0 && limits.processes <= kMaxLimits.processes && limits.threads != 0 &&
         limits.threads <= kMaxLimits.threads && limits.objects != 0 && limits.objects <= kMaxLimits.objects &&
         limits.handles != 0 && limits.handles <= kMaxLimits.handles;
}

std::uint32_t bucket_count(const Limits& limits) { return std::bit_ceil(limits.objects) * 2; }

Offsets offsets_of(const Limits& limits) {
  Offsets offsets{};
  std::uint64_t end = sizeof(Header);
  offsets.processes = place<ProcessRecord>(end, limits.processes);
  offsets.threads = place<ThreadRecord>(end, limits.threads);
  offsets.blocks = place<WaitBlock>(end, static_cast<std::uint64_t>(limits.threads) * kBlocksPerThread);
  offsets.objects = place<Object>(end, limits.objects);
  offsets.infos = place<ObjectInfo>(end, limits.objects);
  offsets.buckets = place<std::atomic<std::uint32_t>>(end, bucket_count(limits));
  offsets.handles = place<HandleEntry>(end, limits.handles);
  offsets.total = end;
  return offsets;
}

std::uint64_t layout_hash() {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;  // FNV-1a
  for (const std::uint64_t part : kLayoutParts) hash = (hash ^ part) * 0x100'0000'01b3;
  return hash;
}

SegmentView SegmentView::over(void* base, const Limits& limits) {
  const Offsets offsets = offsets_of(limits);
  char* const start = static_cast<char*>(base);
  SegmentView view;
  view.header = reinterpret_cast<Header*>(start);
  view.processes = reinterpret_cast<ProcessRecord*>(start + offsets.processes);
  view.threads = reinterpret_cast<ThreadRecord*>(start + offsets.threads);
  view.blocks = reinterpret_cast<WaitBlock*>(start + offsets.blocks);
  view.objects = reinterpret_cast<Object*>(start + offsets.objects);
  view.infos = reinterpret_cast<ObjectInfo*>(start + offsets.infos);
  view.buckets = reinterpret_cast<std::atomic<std::uint32_t>*>(start + offsets.buckets);
  view.handles = reinterpret_cast<HandleEntry*>(start + offsets.handles);
  view.limits = limits;
  view.bucket_mask = bucket_count(limits) - 1;
  view.inheritance = view.header->inheritance;
  view.group = view.header->group;
  view.names_per_kind = view.header->names_per_kind != 0;
  view.window = {.low = view.header->window_low, .high = view.header->window_high};
  return view;
}

}  // namespace rtss::runtime
