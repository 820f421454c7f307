// Writes where only the library writes: for states that take too long to reach, or that a program's fault makes.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "runtime/segment/layout.h"
#include "tests/support/fork_server.h"
#include "tests/support/observe.h"

namespace rtss::test {

inline void change_segment(const std::string& name, const std::function<void(const runtime::SegmentView&)>& change) {
  const int file = open(namespace_file(name).c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(file, 0);
  const auto size = static_cast<std::size_t>(lseek(file, 0, SEEK_END));
  void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  ASSERT_NE(base, MAP_FAILED);
  change(runtime::SegmentView::over(base, static_cast<const runtime::Header*>(base)->limits));
  munmap(base, size);
}

inline void change_segment(const std::function<void(const runtime::SegmentView&)>& change) {
  change_segment(namespace_name(), change);
}

inline void change_object(std::string_view name, const std::function<void(runtime::Object&)>& change) {
  change_segment([&](const runtime::SegmentView& segment) { change(*segment.object(view().object(name)->slot)); });
}

}  // namespace rtss::test
