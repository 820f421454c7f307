#include "rtapi/src/command_line.h"

#include <algorithm>

namespace rtss::rtapi {
namespace {

bool is_blank(char character) { return character == ' ' || character == '\t'; }

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  std::vector<std::string> run() {
    std::vector<std::string> words;
    skip_blanks();
    if (!at_end()) words.push_back(program());
    for (skip_blanks(); !at_end(); skip_blanks()) words.push_back(argument());
    return words;
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ == line_.size(); }
  [[nodiscard]] char here() const { return line_[at_]; }
  void skip_blanks() {
    while (!at_end() && is_blank(here())) ++at_;
  }

  std::string program() {
    std::string word;
    bool quoted = false;
    for (; !at_end() && (quoted || !is_blank(here())); ++at_) {
      if (here() == '"')
        quoted = !quoted;
      else
        word.push_back(here());
    }
    return word;
  }

  std::string argument() {
    std::string word;
    bool quoted = false;
    while (!at_end() && (quoted || !is_blank(here()))) {
      const std::size_t backslashes = count_backslashes();
      if (at_end() || here() != '"') {
        word.append(backslashes, '\\');
        if (backslashes == 0) word.push_back(line_[at_++]);
        continue;
      }
      word.append(backslashes / 2, '\\');
      ++at_;
      if (backslashes % 2 != 0) {
        word.push_back('"');
      } else if (quoted && !at_end() && here() == '"') {
        word.push_back('"');
        ++at_;
      } else {
        quoted = !quoted;
      }
    }
    return word;
  }

  std::size_t count_backslashes() {
    const std::size_t start = at_;
    while (!at_end() && here() == '\\') ++at_;
    return at_ - start;
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

void append_quoted(const std::string& word, std::string* line) {
  line->push_back('"');
  std::size_t backslashes = 0;
  for (const char character : word) {
    if (character == '"') line->append(backslashes + 1, '\\');  // those before it, again, and its own
    line->push_back(character);
    backslashes = character == '\\' ? backslashes + 1 : 0;
  }
  line->append(backslashes, '\\');
  line->push_back('"');
}

}  // namespace

std::vector<std::string> split_command_line(std::string_view line) { return Splitter(line).run(); }

std::string join_command_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line.push_back(' ');
    const bool plain =
        !word.empty() && std::none_of(word.begin(), word.end(), [](char c) { return is_blank(c) || c == '"'; });
    if (plain)
      line += word;
    else
      append_quoted(word, &line);
  }
  return line;
}

}  // namespace rtss::rtapi
