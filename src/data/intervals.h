// A table beside the recordings that says which rows of which recording are of which class: labels.txt of
// data sets, marks of an annotation program.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/columns.h"

namespace mote {

struct RowInterval {
  size_t from = 0, to = 0;   // rows of the recording, [from, to)
  std::string label, group;  // group: "" where the table has none
  long line = 0;             // of the table
};

class Intervals {
 public:
  // By the names of its columns, or without a header as its last three: class, first row, last row. What
  // stands before them names the recording. Errors: kDataFormat when it is no such table.
  explicit Intervals(const TableFile &table);

  // Of a recording, in the order of the table. It is named by the stem of its file, or by the numbers in that
  // name in their order: rows of "7,2,..." are of exp07_user02. Empty: there are none.
  const std::vector<RowInterval> &of(const std::string &stem) const;

  const std::string &path() const { return path_; }
  size_t size() const { return size_; }
  bool counts_from_zero() const { return counts_from_zero_; }
  bool has_groups() const { return has_groups_; }
  const std::string &columns() const { return columns_; }  // a sentence of how it was read

 private:
  std::string path_, columns_;
  size_t size_ = 0, ids_ = 0;  // ids_: columns that name the recording
  bool counts_from_zero_ = false, has_groups_ = false;
  std::map<std::string, std::vector<RowInterval>> by_name_;
};

}  // namespace mote
