#include "tools/rtss/support/command_line.h"

#include <CLI/App.hpp>
#include <cstddef>

namespace rtss::tool {

namespace {

std::vector<std::string> kept;

// Where the sub-command stands: the first word that is neither an option nor the value of one.
std::size_t subcommand_at(const std::vector<const char*>& words) {
  std::size_t at = 1;
  while (at < words.size() && words[at][0] == '-') at += std::string_view(words[at]) == "--namespace" ? 2U : 1U;
  return at;
}

// Does the next word belong to this one?
bool takes_value(const CLI::App& app, const CLI::App& command, const char* word) {
  for (const CLI::App* const level : {&command, &app}) {
    const CLI::Option* const option = level->get_option_no_throw(word);
    if (option != nullptr) return option->get_items_expected_max() > 0;
  }
  return false;
}

// Where the command begins: after a "--", or at the first plain word behind the NAME, if there is one. The first "--"
// before a NAME is for a NAME that begins with a dash. With -c the command is the value of that option.
struct CommandStart {
  std::size_t at;
  std::size_t dropped;  // words before it that are no options of ours: the "--"
};
CommandStart command_start(const CLI::App& app, const std::vector<const char*>& words, std::size_t at) {
  const CLI::App& command = *app.get_subcommand(words[at]);
  bool named = command.get_option_no_throw("NAME") == nullptr;
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--" && named) return {i + 1, 1};
    if (named && !word.starts_with('-')) return {i, 0};
    named = named || word == "--" || !word.starts_with('-');
    if (word == "--" || takes_value(app, command, words[i])) ++i;
  }
  return {words.size(), 0};
}

void keep_from(std::vector<const char*>& words, std::size_t first, std::size_t dropped) {
  for (std::size_t i = first; i < words.size(); ++i) kept.emplace_back(words[i]);
  words.resize(first - dropped);
}

// "release=3" is spelled "release --count 3".
void split_release(std::vector<const char*>& words, std::size_t at) {
  constexpr std::string_view kSpelling = "release=";
  if (at + 1 >= words.size() || std::string_view(words[at]) != "sem") return;
  if (!std::string_view(words[at + 1]).starts_with(kSpelling)) return;
  const char* const count = words[at + 1] + kSpelling.size();
  words[at + 1] = "release";
  words.insert(words.begin() + static_cast<std::ptrdiff_t>(at) + 2, {"--count", count});
}

bool takes_command(std::string_view subcommand) { return subcommand == "lock" || subcommand == "run"; }

}  // namespace

std::string_view subcommand_word(int argc, char** argv) {
  const std::vector<const char*> words(argv, argv + argc);
  const std::size_t at = subcommand_at(words);
  for (std::size_t i = 1; i < at && i < words.size(); ++i) {
    if (words[i][0] == '-' && !std::string_view(words[i]).starts_with("--namespace")) return {};
  }
  return at < words.size() ? words[at] : std::string_view{};
}

std::vector<const char*> own_words(const CLI::App& app, int argc, char** argv) {
  std::vector<const char*> words(argv, argv + argc);
  const std::size_t at = subcommand_at(words);
  if (at >= words.size()) return words;
  split_release(words, at);
  if (std::string_view(words[at]) == "bench") {
    keep_from(words, at + 1, 0);
  } else if (takes_command(words[at])) {
    const CommandStart start = command_start(app, words, at);
    keep_from(words, start.at, start.dropped);
  }
  return words;
}

const std::vector<std::string>& command_words() { return kept; }

}  // namespace rtss::tool
