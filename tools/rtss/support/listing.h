// Tables in the manner of lsipc: aligned for people, -r raw for shell scripts, -J JSON for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "tools/rtss/support/text.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace rtss::tool {

using Json = nlohmann::ordered_json;

// What goes into JSON from a segment may be any bytes: what is not UTF-8 is replaced.
void print_json(const Json& document);

enum class Tone : std::uint8_t { kPlain, kGood, kWarning, kBad, kFaint };
std::string toned(const std::string& text, Tone tone);  // coloured where colours are wanted

struct Column {
  const char* name;
  const char* key;  // in JSON
  const char* help;
  Align align = Align::kLeft;
};

struct Cell {
  std::string text;  // empty: nothing to say
  Json value;        // null: nothing to say
  Tone tone = Tone::kPlain;
};

struct ListingOptions {
  bool json = false;
  bool raw = false;
  bool no_headings = false;
  std::vector<std::string> columns;  // empty: the usual ones; with -J all
};

// Adds -J, -o, -n and -r.
void add_listing_options(CLI::App& command, ListingOptions& options, std::span<const Column> columns);
// An option that takes one list of known words, separated by commas, in any case.
CLI::Option* add_list_option(CLI::App& command, const std::string& flags, std::vector<std::string>& list,
                             std::vector<std::string> known, const std::string& help);
std::string column_help(std::span<const Column> columns);  // a line each, for the end of --help

class Listing {
 public:
  explicit Listing(std::span<const Column> columns) : columns_(columns) {}
  void add(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }  // one for each column
  [[nodiscard]] Json json(const ListingOptions& options) const;
  void print(const ListingOptions& options, std::span<const char* const> usual) const;

 private:
  [[nodiscard]] std::vector<std::size_t> selected(const ListingOptions& options,
                                                  std::span<const char* const> usual) const;
  void print_raw(const std::vector<std::size_t>& selection, bool headings) const;
  void print_table(const std::vector<std::size_t>& selection, bool headings) const;

  std::span<const Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace rtss::tool
