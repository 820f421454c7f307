// A call by value that can cross a process boundary: a function's address, the same in every process forked from
// one image, and trivially copyable arguments.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rtss::test {

struct Command {
  static constexpr std::size_t kArgumentBytes = 1200;
  void (*run)(const std::byte* arguments, std::byte* result);
  std::array<std::byte, kArgumentBytes> arguments;
};

struct Answer {
  static constexpr std::size_t kResultBytes = 256;
  std::uint32_t last_error;
  std::array<std::byte, kResultBytes> result;
};

template <class Value>
Value read_value(const std::byte*& from) {
  static_assert(std::is_trivially_copyable_v<Value>);
  Value value;
  std::memcpy(&value, from, sizeof value);
  from += sizeof value;
  return value;
}

template <class Value>
void write_value(std::byte*& to, const Value& value) {
  static_assert(std::is_trivially_copyable_v<Value>);
  std::memcpy(to, &value, sizeof value);
  to += sizeof value;
}

template <class Result, class... Parameters>
void run_invocation(const std::byte* arguments, [[maybe_unused]] std::byte* result) {
  const auto function = read_value<Result (*)(Parameters...)>(arguments);
  std::tuple<Parameters...> values{read_value<Parameters>(arguments)...};  // braces: evaluated left to right
  if constexpr (std::is_void_v<Result>) {
    std::apply(function, values);
  } else {
    static_assert(sizeof(Result) <= Answer::kResultBytes);
    write_value(result, std::apply(function, values));
  }
}

template <class Result, class... Parameters>
Command make_command(Result (*function)(Parameters...), const Parameters&... arguments) {
  static_assert((sizeof(function) + ... + sizeof(Parameters)) <= Command::kArgumentBytes);
  Command command{};
  command.run = &run_invocation<Result, Parameters...>;
  std::byte* to = command.arguments.data();
  write_value(to, function);
  (write_value(to, arguments), ...);
  return command;
}

}  // namespace rtss::test
