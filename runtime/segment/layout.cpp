#include "runtime/segment/layout.h"

#include <bit>
#include <string_view>

namespace rtss::runtime {

namespace {

constexpr std::uint64_t kCacheLine = 128;

template <typename T>
std::uint64_t place(std::uint64_t& end, std::uint64_t count) {
  const std::uint64_t start = (end + kCacheLine - 1) / kCacheLine * kCacheLine;
  end = start + count * sizeof(T);
  return start;
}

// FNV-1a.
constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t part) { return (hash ^ part) * 0x100'0000'01b3; }
constexpr std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = mixed(hash, static_cast<unsigned char>(c));
  return hash;
}

struct Part {
  std::string_view text;
  std::uint64_t place;
  std::uint64_t size;
};

// Every member of every shared structure: its name, type, place and size.
constexpr Part kParts[] = {
#define STRUCTURE(structure) {#structure, 0, sizeof(structure)},
#define MEMBER(structure, member, type) {#member " " type, offsetof(structure, member), sizeof(structure::member)},
#include <layout_members.inc>
#undef MEMBER
#undef STRUCTURE
};

constexpr std::uint64_t hash_of_layout() {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const std::uint64_t part :
       {std::uint64_t{kLayoutVersion}, std::uint64_t{kBlocksPerThread}, sizeof(platform::RobustLock)})
    hash = mixed(hash, part);
  for (const Part& part : kParts) hash = mixed(mixed(mixed(hash, part.text), part.place), part.size);
  return hash;
}

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
  offsets.recorders = place<Recorder>(end, limits.objects);
  offsets.infos = place<ObjectInfo>(end, limits.objects);
  offsets.buckets = place<std::atomic<std::uint32_t>>(end, bucket_count(limits));
  offsets.handles = place<HandleEntry>(end, limits.handles);
  offsets.total = end;
  return offsets;
}

std::uint64_t layout_hash() {
  constexpr std::uint64_t kHash = hash_of_layout();
  return kHash;
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
  view.recorders = reinterpret_cast<Recorder*>(start + offsets.recorders);
  view.infos = reinterpret_cast<ObjectInfo*>(start + offsets.infos);
  view.buckets = reinterpret_cast<std::atomic<std::uint32_t>*>(start + offsets.buckets);
  view.handles = reinterpret_cast<HandleEntry*>(start + offsets.handles);
  view.limits = limits;
  view.bucket_mask = bucket_count(limits) - 1;
  view.counter_scale = view.header->counter_scale;
  view.inheritance = view.header->inheritance;
  view.group = view.header->group;
  view.names_per_kind = view.header->names_per_kind != 0;
  view.window = {.low = view.header->window_low, .high = view.header->window_high};
  return view;
}

}  // namespace rtss::runtime
