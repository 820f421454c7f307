#include "tests/fuzz/flip/flipper.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <sstream>

namespace rtss::test {

namespace {

using namespace runtime;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kRemembered = 24;
constexpr std::size_t kRevertAfter = 8;  // changes

}  // namespace

Flipper::Flipper(const SegmentView& view, std::uint32_t seed)
    : view_(view),
      base_(reinterpret_cast<std::byte*>(view.header)),
      size_(offsets_of(view.limits).total),
      forbidden_(size_),
      random_(seed) {
  forbid(&view.header->namespace_lock, sizeof(platform::RobustLock));
  forbid(&view.header->all_lock, sizeof(platform::RobustLock));
  for (std::uint32_t i = 0; i < view.limits.processes; ++i)
    forbid(&view.processes[i].life, sizeof(platform::RobustLock));
  for (std::uint32_t i = 0; i < view.limits.threads; ++i) {
    forbid(&view.threads[i].life, sizeof(platform::RobustLock));
    forbid(&view.threads[i].pi_lock, sizeof(platform::RobustLock));
  }
  for (std::uint32_t i = 0; i < view.limits.objects; ++i) forbid(&view.objects[i].lock, sizeof(platform::RobustLock));
}

void Flipper::forbid(const void* start, std::size_t bytes) {
  const auto from = static_cast<std::ptrdiff_t>(static_cast<const std::byte*>(start) - base_);
  std::fill_n(forbidden_.begin() + from, bytes, true);
}

bool Flipper::is_forbidden(std::size_t offset, std::size_t bytes) const {
  if (offset + bytes > size_) return true;
  const auto from = forbidden_.begin() + static_cast<std::ptrdiff_t>(offset);
  return std::find(from, from + static_cast<std::ptrdiff_t>(bytes), true) != from + static_cast<std::ptrdiff_t>(bytes);
}

std::size_t Flipper::within(const void* start, std::size_t element, std::size_t count) {
  const auto from = static_cast<std::size_t>(static_cast<const std::byte*>(start) - base_);
  return from + pick(count) * element + pick(element);
}

// Half of them anywhere, half where the work is: slots are used from the first on.
std::size_t Flipper::pick_offset() {
  constexpr std::size_t kBusy = 8;
  switch (pick(12)) {
    case 0:
      return within(view_.header, sizeof(Header), 1);
    case 1:
      return within(view_.processes, sizeof(ProcessRecord), std::min<std::size_t>(kBusy, view_.limits.processes));
    case 2:
      return within(view_.threads, sizeof(ThreadRecord), std::min<std::size_t>(kBusy, view_.limits.threads));
    case 3:
      return within(view_.blocks + make_block_ref(static_cast<std::uint32_t>(pick(kBusy)), 0), sizeof(WaitBlock), 4);
    case 4:
      return within(view_.objects, sizeof(Object), std::min<std::size_t>(2 * kBusy, view_.limits.objects));
    case 5:
      return within(view_.handles, sizeof(HandleEntry), std::min<std::size_t>(4 * kBusy, view_.limits.handles));
    default:
      return pick(size_);
  }
}

// What to exclusive-or with: one byte, or a whole number towards a likely or an extreme value.
std::uint64_t Flipper::pick_flip(std::size_t offset, std::size_t bytes) {
  if (bytes == 1) return 1 + pick(255);
  std::uint64_t now = 0;
  std::memcpy(&now, base_ + offset, bytes);
  const std::uint64_t values[] = {0, ~std::uint64_t{0}, 0x7fff'ffff, pick(16), pick(512), random_()};
  std::uint64_t flip = now ^ values[pick(std::size(values))];
  if (bytes == 4) flip &= 0xffff'ffff;
  return flip;
}

void Flipper::apply(const Change& change) {
  std::byte* const at = base_ + change.offset;
  switch (change.bytes) {
    case 1:
      std::atomic_ref(*reinterpret_cast<std::uint8_t*>(at)).fetch_xor(static_cast<std::uint8_t>(change.flipped));
      break;
    case 4:
      std::atomic_ref(*reinterpret_cast<std::uint32_t*>(at)).fetch_xor(static_cast<std::uint32_t>(change.flipped));
      break;
    default:
      std::atomic_ref(*reinterpret_cast<std::uint64_t*>(at)).fetch_xor(change.flipped);
      break;
  }
}

void Flipper::mutate() {
  if (to_revert_.size() > kRevertAfter) {
    apply(to_revert_.front());
    to_revert_.pop_front();
  }
  constexpr std::size_t kWidths[] = {1, 1, 4, 8};
  Change change{};
  do {
    change.bytes = kWidths[pick(std::size(kWidths))];
    change.offset = pick_offset() / change.bytes * change.bytes;
  } while (is_forbidden(change.offset, change.bytes));
  change.flipped = pick_flip(change.offset, change.bytes);
  // What an attaching process judges a segment by is taken back always, or no process would attach any more.
  change.to_revert = change.offset < offsetof(Header, refused_boosts) || pick(2) == 0;
  apply(change);
  if (change.to_revert) to_revert_.push_back(change);
  last_.push_back(change);
  if (last_.size() > kRemembered) last_.pop_front();
}

std::string Flipper::describe_last() const {
  const Offsets offsets = offsets_of(view_.limits);
  const struct {
    const char* name;
    std::uint64_t start;
    std::size_t element;
  } parts[] = {{"handle", offsets.handles, sizeof(HandleEntry)},
               {"bucket", offsets.buckets, 4},
               {"info", offsets.infos, sizeof(ObjectInfo)},
               {"recorder", offsets.recorders, sizeof(Recorder)},
               {"object", offsets.objects, sizeof(Object)},
               {"block", offsets.blocks, sizeof(WaitBlock)},
               {"thread", offsets.threads, sizeof(ThreadRecord)},
               {"process", offsets.processes, sizeof(ProcessRecord)},
               {"header", 0, sizeof(Header)}};
  std::ostringstream text;
  for (const Change& change : last_) {
    const auto* const part =
        std::find_if(std::begin(parts), std::end(parts), [&](const auto& p) { return change.offset >= p.start; });
    const std::size_t inside = change.offset - part->start;
    text << "  " << part->name << ' ' << inside / part->element << " at " << inside % part->element << ", "
         << change.bytes << " bytes, flipped " << std::hex << change.flipped << std::dec
         << (change.to_revert ? ", taken back later\n" : "\n");
  }
  return text.str();
}

}  // namespace rtss::test
