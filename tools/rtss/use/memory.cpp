// rtss shm
#include "tools/rtss/use/memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "platform/shared_file.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/options.h"

namespace rtss::tool {

namespace {

struct MemoryOptions {
  std::string name;
  std::uint64_t size = 0;
  bool exclusive = false;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
  bool hex = false;
  std::string file = "-";
};

constexpr const char* kFooter =
    "  rtss shm create --size 64K recipe     make it, zero-filled; it stays until \"rtss remove recipe\"\n"
    "  rtss shm load recipe recipe.bin       write a file, or standard input, into it\n"
    "  rtss shm dump recipe > saved.bin      write it out; on a terminal, or with --hex, in hexadecimal\n"
    "\n"
    "Programs find it with RtOpenSharedMemory. Nothing keeps them from writing while it is dumped or loaded: take the\n"
    "mutex that protects it, with \"rtss lock\".\n"
    "Exit status: 0 done; 75 it existed (create -x); 125 usage, or an error of rtss, no such memory, say.\n";

std::optional<std::uint64_t> size_of(const MemoryOptions& options, HANDLE memory) {
  SHARED_MEMORY_INFO info{};
  if (RtQuerySharedMemory(memory, &info) != FALSE) return info.dwSize;
  failed(options.name, "RtQuerySharedMemory", RtGetLastError());
  return std::nullopt;
}

int create(const MemoryOptions& options) {
  void* address = nullptr;
  const Handle memory(
      RtCreateSharedMemoryA(PAGE_READWRITE, 0, static_cast<DWORD>(options.size), options.name.c_str(), &address));
  const DWORD error = RtGetLastError();
  if (memory && error == ERROR_ALREADY_EXISTS && !options.exclusive) {
    const auto size = size_of(options, memory.get());
    if (size && *size != options.size) {
      return trouble(in_quotes(options.name) + ": exists already, with " + std::to_string(*size) +
                     " bytes; ask for that size, or \"rtss remove\" it");
    }
  }
  return conclude_creation({options.name, "RtCreateSharedMemory", options.exclusive}, memory.get(), error);
}

// What is asked for of a memory of `size` bytes; says so when there is not that much.
std::optional<std::uint64_t> range(const MemoryOptions& options, std::uint64_t size) {
  const std::uint64_t length = options.length.value_or(options.offset <= size ? size - options.offset : 0);
  if (options.offset <= size && length <= size - options.offset) return length;
  trouble(in_quotes(options.name) + ": it has " + std::to_string(size) + " bytes: the range from " +
          std::to_string(options.offset) + " leaves it");
  return std::nullopt;
}

void print_hex(const std::vector<unsigned char>& bytes, std::uint64_t offset) {
  constexpr std::size_t kPerLine = 16;
  for (std::size_t at = 0; at < bytes.size(); at += kPerLine) {
    std::printf("%08llx ", static_cast<unsigned long long>(offset + at));
    std::string text;
    for (std::size_t i = at; i < at + kPerLine; ++i) {
      const bool has = i < bytes.size();
      std::printf(has ? " %02x" : "   ", has ? bytes[i] : 0U);
      if (has) text += bytes[i] >= 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
    }
    std::printf("  |%s|\n", text.c_str());
  }
}

int dump(const MemoryOptions& options) {
  const auto opened = open_kind(options.name, Kind::kSharedMemory);
  if (!opened) return kTrouble;
  const auto size = size_of(options, opened->handle.get());
  const auto length = size ? range(options, *size) : std::nullopt;
  if (!length) return kTrouble;
  const auto* const begin = static_cast<const unsigned char*>(opened->address) + options.offset;
  const std::vector<unsigned char> bytes(begin, begin + *length);
  if (options.hex || isatty(STDOUT_FILENO) != 0)
    print_hex(bytes, options.offset);
  else
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  return kDone;
}

// At most one byte more than `limit`.
std::optional<std::vector<char>> read_input(const std::string& file, std::uint64_t limit) {
  const platform::Descriptor opened(file == "-" ? dup(STDIN_FILENO) : open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::vector<char> bytes;
  char chunk[65536];
  ssize_t length = opened ? 1 : -1;
  while (length > 0 && bytes.size() <= limit) {
    length = read(opened.get(), chunk, std::min<std::uint64_t>(sizeof chunk, limit + 1 - bytes.size()));
    if (length > 0) bytes.insert(bytes.end(), chunk, chunk + length);
  }
  if (length >= 0) return bytes;
  trouble((file == "-" ? "standard input" : in_quotes(file)) + ": " + std::strerror(errno));
  return std::nullopt;
}

int load(const MemoryOptions& options) {
  const auto opened = open_kind(options.name, Kind::kSharedMemory);
  if (!opened) return kTrouble;
  const auto size = size_of(options, opened->handle.get());
  const auto room = size ? range(options, *size) : std::nullopt;
  const auto bytes = room ? read_input(options.file, *room) : std::nullopt;
  if (!bytes) return kTrouble;
  if (bytes->size() > *room) {
    return trouble(in_quotes(options.name) + ": the input has more than the " + std::to_string(*room) +
                   " bytes that fit; nothing was written");
  }
  std::copy(bytes->begin(), bytes->end(), static_cast<char*>(opened->address) + options.offset);
  return kDone;
}

CLI::App* add_command(CLI::App& memory, const std::shared_ptr<MemoryOptions>& options, int& exit_code, const char* word,
                      const char* text, int (*run)(const MemoryOptions&)) {
  CLI::App* const command = memory.add_subcommand(word, text);
  add_name(*command, options->name, "The shared memory");
  command->callback([options, run, &exit_code] { exit_code = run(*options); });
  return command;
}

}  // namespace

void add_memory(CLI::App& app, int& exit_code) {
  CLI::App* const memory = app.add_subcommand("shm", "Make shared memory, write it out, fill it");
  memory->require_subcommand(1);
  memory->footer(kFooter);
  auto options = std::make_shared<MemoryOptions>();
  CLI::App* const make =
      add_command(*memory, options, exit_code, "create", "Make shared memory that stays until it is removed", create);
  make->add_option("-s,--size", options->size, "Bytes; 64K and 2M are understood")
      ->required()
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{std::numeric_limits<DWORD>::max()}).description(""));
  add_exclusive_option(*make, options->exclusive);
  CLI::App* const out = add_command(*memory, options, exit_code, "dump", "Write its bytes to standard output", dump);
  out->add_option("-o,--offset", options->offset, "First byte; 0 unless given");
  out->add_option("-l,--length", options->length, "How many bytes; to its end unless given");
  out->add_flag("--hex", options->hex, "In hexadecimal, as on a terminal");
  CLI::App* const in = add_command(*memory, options, exit_code, "load", "Fill it from a file or standard input", load);
  in->add_option("FILE", options->file, "Where from; - or nothing is standard input");
  in->add_option("-o,--offset", options->offset, "Where the first byte goes; 0 unless given");
}

}  // namespace rtss::tool
