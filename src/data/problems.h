// RowProblems: what is wrong with the rows of one file, each cause once however many rows it spoils.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

class RowProblems {
 public:
  RowProblems(std::string path, std::vector<Finding> &findings)
      : path_(std::move(path)), findings_(findings) {}

  // Of the whole file, with line 0, or of a row; rows with the same `cause` are counted together.
  void add(long line, const std::string &message, const std::string &cause = "");

  // Appends them to the findings by line, as a person reads a file.
  void flush();
  bool is_empty() const { return is_empty_; }

 private:
  struct Cause {
    std::vector<std::pair<long, std::string>> first;  // line and message, up to kEach
    size_t count = 0;
    long last_line = 0;
  };
  static constexpr size_t kEach = 3, kMostCauses = 200;

  std::string path_;
  std::vector<Finding> &findings_;
  std::map<std::string, Cause> causes_;
  bool is_empty_ = true;
};

}  // namespace mote
