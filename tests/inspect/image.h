// A segment in memory, written by hand: what the runtime would have left there, without the runtime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/segment/layout.h"

namespace rtss::test {

class Image {
 public:
  explicit Image(const runtime::Limits& limits);

  [[nodiscard]] const runtime::SegmentView& view() const { return view_; }
  [[nodiscard]] std::byte* bytes() const { return memory_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

  // Each returns the slot it took.
  std::uint32_t add_process(std::int32_t pid);
  std::uint32_t add_thread(std::uint32_t process, std::int32_t tid, int level);
  std::uint32_t add_object(runtime::Kind kind, std::string_view name, std::uint32_t state = 0);
  std::uint32_t add_handle(std::uint32_t process, std::uint32_t object);

  void own(std::uint32_t mutex, std::uint32_t thread, std::uint32_t nested = 0);
  void wait(std::uint32_t thread, std::initializer_list<std::uint32_t> objects, bool all = false);
  // Publishes the donation of a mutex's top waiter to its owner, which must not be queued yet.
  void lend(std::uint32_t mutex);
  void orphan(std::uint32_t object);  // one without name and handles; it has an owner
  void free_object(std::uint32_t object);
  void free_handle(std::uint32_t entry);

  [[nodiscard]] runtime::Object& object(std::uint32_t slot) const { return *view_.object(slot); }
  [[nodiscard]] runtime::ObjectInfo& info(std::uint32_t slot) const { return view_.infos[slot]; }
  [[nodiscard]] runtime::ThreadRecord& thread(std::uint32_t slot) const { return *view_.thread(slot); }
  [[nodiscard]] runtime::ProcessRecord& process(std::uint32_t slot) const { return *view_.process(slot); }
  [[nodiscard]] runtime::HandleEntry& handle(std::uint32_t entry) const { return view_.handles[entry]; }
  [[nodiscard]] runtime::WaitBlock& block(std::uint32_t thread, std::uint32_t index) const {
    return *view_.block(runtime::make_block_ref(thread, index));
  }
  [[nodiscard]] runtime::Header& header() const { return *view_.header; }
  [[nodiscard]] std::atomic<std::uint32_t>& bucket_of(std::string_view name) const;
  void set_state(std::uint32_t object, std::uint32_t bits) const { this->object(object).word.fetch_or(bits); }
  void clear_state(std::uint32_t object, std::uint32_t bits) const {
    this->object(object).word.fetch_and(~runtime::Word{bits});
  }
  void rename(std::uint32_t object, std::string_view name) const;  // or gives it its first name

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };

  void link_name(std::uint32_t object) const;
  void unlink_name(std::uint32_t object) const;
  void queue(std::uint32_t object, runtime::BlockRef ref) const;

  std::size_t size_;
  std::unique_ptr<std::byte[], Free> memory_;
  runtime::SegmentView view_;
};

}  // namespace rtss::test
