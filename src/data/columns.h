// What each column of a set of tables means: judged by its values in every recording, then by its name.
//
// A column that counts time must not become a channel: it tells recordings apart by when they were made. One
// that only rises may be a warming sensor and stays. Settings overrule; every decision is said.
#pragma once

#include <string>
#include <vector>

#include "data/csv.h"
#include "mote/spill.h"

namespace mote {

// A table as it is kept until all of them are read: numbers in one list, texts by their number.
struct TableFile {
  std::string path, folder, label;  // the label that its name or folder gives
  std::string part;                 // "train" or "test" if its name says so, else the folder
  std::vector<std::string> columns, units;
  std::vector<CellKind> kinds;
  bool has_header = false;
  struct Row {
    long line;
    bool starts_recording;
  };
  SpillVector<Row> rows;
  std::vector<size_t> lost;                     // bad rows of the file, as of Table
  SpillVector<double> values;                   // [rows, columns]; of text the index into `words`
  std::vector<std::vector<std::string>> words;  // of each column of text: its different cells
  double at(size_t row, size_t column) const { return values[row * columns.size() + column]; }
  int place_of(const std::string &column) const;         // -1: there is none
  size_t column_named(const std::string &column) const;  // that a setting names. Errors: kDataFormat
  // The cell as text: a word, or a number without trailing zeros.
  std::string text(size_t row, size_t column) const;
};
TableFile compact(Table &&table);

enum class ColumnRole { kChannel, kTime, kDate, kTimeWhole, kIndex, kLabel, kGroup, kRecording, kUnused };

// A column that goes on where that of the time begins anew, with how many of its units one of them is.
struct ClockWhole {
  std::string column;
  double parts;
};

struct ColumnRoles {
  std::vector<std::string> names;  // of all columns, in the order of the first file
  std::vector<ColumnRole> roles;   // of each name
  std::vector<ClockWhole> wholes;  // of the time column
  bool counts_8_bits = false;      // the index
  double time_unit_s = 0;          // of the time column; 0: it only counts, or nothing says in what
  std::vector<std::string> said;
  std::vector<Finding> findings;

  int index_of(ColumnRole role) const;  // into names, or -1
};

// Errors: kDataFormat when a setting names a column that no table has.
ColumnRoles judge_columns(const std::vector<TableFile> &files, const LoadOptions &options,
                          const std::string &where);

// In seconds: from a name or unit such as "time (ms)", "t_us", "[s]"; 0 when it says nothing.
double time_unit_of(const std::string &name);

}  // namespace mote
