// A file that a result goes into: whole or not at all.
#pragma once

#include <string>

namespace rtss::bench {

// Made before the measurement, so that a path that cannot be written is an error then. A regular file is written under
// a temporary name beside it and renamed: whatever ends the program, the path has the old content or the new one.
class OutputFile {
 public:
  OutputFile() = default;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  // "" writes nothing, "-" is standard output. Empty: it can be written; otherwise why not, path included.
  std::string open(const std::string& path);
  // Replaces what was saved before. Empty: it was written; otherwise why not.
  std::string save(const std::string& content);
  [[nodiscard]] bool is_wanted() const { return !path_.empty(); }
  [[nodiscard]] bool is_standard_output() const { return path_ == "-"; }

 private:
  std::string make_temporary();

  std::string path_;
  std::string temporary_;  // empty: the path is written as it is
  int descriptor_ = -1;
};

// Empty: all that was printed is out; otherwise why not: a full disk, a reader that has gone.
std::string flush_standard_output();

}  // namespace rtss::bench
