#include "tools/rtss/support/listing.h"

#include <strings.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <sstream>

namespace rtss::tool {

namespace {

constexpr const char* kNothing = "-";

const std::string& shown(const Cell& cell) {
  static const std::string nothing = kNothing;
  return cell.text.empty() ? nothing : cell.text;
}

// As one word: a space or a control character would end it. Spaces are \x20, as lsipc writes them.
std::string as_word(const std::string& text) {
  std::string word;
  for (const char c : text) word += c == ' ' ? std::string("\\x20") : std::string(1, c);
  return word;
}

std::string without_end_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// On a terminal: takes columns from the widest until a row fits into a line. Each keeps as many as tell it apart.
void fit_to_terminal(std::vector<std::size_t>& widths) {
  constexpr std::size_t kLeast = 8;
  const std::size_t room = terminal_width();
  if (room == 0) return;
  std::size_t whole = widths.empty() ? 0 : widths.size() - 1;
  for (const std::size_t width : widths) whole += width;
  while (whole > room) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= kLeast) return;
    --*widest;
    --whole;
  }
}

}  // namespace

void print_json(const Json& document) {
  std::cout << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

std::string toned(const std::string& text, Tone tone) {
  static const bool colours = wants_colours();
  if (!colours || tone == Tone::kPlain) return text;
  const char* const codes[] = {"", "32", "33", "31;1", "2"};
  return std::string("\033[") + codes[static_cast<std::size_t>(tone)] + "m" + text + "\033[0m";
}

void add_listing_options(CLI::App& command, ListingOptions& options, std::span<const Column> columns) {
  auto* const json = command.add_flag("-J,--json", options.json, "Print JSON; without -o with all columns");
  command.add_flag("-r,--raw", options.raw, "Print one space between columns, and \\x20 for a space within one")
      ->excludes(json);
  command.add_flag("-n,--noheadings", options.no_headings, "Print no heading");
  std::vector<std::string> names;
  for (const Column& column : columns) names.emplace_back(column.name);
  add_list_option(command, "-o,--output", options.columns, names,
                  "The columns to print, separated by commas; see below")
      ->type_name("COLUMNS");
}

CLI::Option* add_list_option(CLI::App& command, const std::string& flags, std::vector<std::string>& list,
                             std::vector<std::string> known, const std::string& help) {
  const auto parse = [&list, known = std::move(known), flags](const std::string& text) {
    std::istringstream words(text);
    list.clear();
    for (std::string word; std::getline(words, word, ',');) {
      const auto found = std::ranges::find_if(
          known, [&](const std::string& name) { return strcasecmp(name.c_str(), word.c_str()) == 0; });
      if (found == known.end()) {
        std::string all;
        for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
        throw CLI::ValidationError(flags, "\"" + word + "\" is none of " + all);
      }
      list.push_back(*found);
    }
    if (list.empty()) throw CLI::ValidationError(flags, "the list is empty");
  };
  return command.add_option_function<std::string>(flags, parse, help);
}

std::string column_help(std::span<const Column> columns) {
  std::string help = "Columns:\n";
  for (const Column& column : columns) help += "  " + fitted(column.name, 12) + column.help + "\n";
  return help;
}

std::vector<std::size_t> Listing::selected(const ListingOptions& options, std::span<const char* const> usual) const {
  std::vector<std::string> names = options.columns;
  if (names.empty()) names.assign(usual.begin(), usual.end());
  std::vector<std::size_t> selection;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(columns_, name, [](const Column& column) { return std::string(column.name); });
    if (found != columns_.end()) selection.push_back(static_cast<std::size_t>(found - columns_.begin()));
  }
  return selection;
}

Json Listing::json(const ListingOptions& options) const {
  std::vector<const char*> all;
  for (const Column& column : columns_) all.push_back(column.name);
  Json rows = Json::array();
  for (const auto& row : rows_) {
    Json entry = Json::object();
    for (const std::size_t index : selected(options, all)) entry[columns_[index].key] = row[index].value;
    rows.push_back(std::move(entry));
  }
  return rows;
}

void Listing::print(const ListingOptions& options, std::span<const char* const> usual) const {
  const auto selection = selected(options, usual);
  if (options.raw)
    print_raw(selection, !options.no_headings);
  else
    print_table(selection, !options.no_headings);
}

void Listing::print_raw(const std::vector<std::size_t>& selection, bool headings) const {
  const auto print_line = [&](auto&& word) {
    std::string line;
    for (const std::size_t index : selection) line += (line.empty() ? "" : " ") + as_word(word(index));
    std::cout << line << '\n';
  };
  if (headings) print_line([&](std::size_t index) { return std::string(columns_[index].name); });
  for (const auto& row : rows_) print_line([&](std::size_t index) { return shown(row[index]); });
}

void Listing::print_table(const std::vector<std::size_t>& selection, bool headings) const {
  std::vector<std::size_t> widths;
  for (const std::size_t index : selection) {
    std::size_t width = headings ? width_of(columns_[index].name) : 0;
    for (const auto& row : rows_) width = std::max(width, width_of(shown(row[index])));
    widths.push_back(width);
  }
  fit_to_terminal(widths);
  const auto print_line = [&](auto&& text, auto&& tone) {
    std::string line;
    for (std::size_t i = 0; i < selection.size(); ++i) {
      const std::string cell = fitted(text(selection[i]), widths[i], columns_[selection[i]].align);
      line +=
          (i == 0 ? "" : " ") + toned(i + 1 == selection.size() ? without_end_spaces(cell) : cell, tone(selection[i]));
    }
    std::cout << without_end_spaces(line) << '\n';
  };
  if (headings) {
    print_line([&](std::size_t index) { return columns_[index].name; }, [](std::size_t) { return Tone::kPlain; });
  }
  for (const auto& row : rows_) {
    print_line([&](std::size_t index) { return shown(row[index]); },
               [&](std::size_t index) { return row[index].tone; });
  }
}

}  // namespace rtss::tool
