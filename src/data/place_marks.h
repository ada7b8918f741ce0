// Marks of a label file as rows of the recording that they are of.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/intake.h"
#include "data/label_book.h"

namespace mote {

// How the rows of a recording stand in time.
struct RowsInTime {
  std::string path;                    // of the recording
  size_t rows = 0;                     // 0: of none
  double rate_hz = 0;                  // of rows that follow each other evenly
  std::span<const double> times = {};  // else of each row, in units of unit_s; empty: not known
  double unit_s = 0;                   // 0: not known
  double scale = 1;                    // of rows that the label file counts to these
  bool has_clock = false;              // the times are of day
  bool has_dates = false;              // the times are moments, in seconds
  bool is_even = false;                // a sound, or what is like one: it has no time column
  std::span<const size_t> lost = {};   // of each bad row of the file, how many of these stand before it
};

// What the numbers of one label file may be where it counts as time columns do: of all its marks and of all
// recordings that they are of.
struct ColumnFit {
  bool is_column = true, is_milliseconds = true, is_minutes = true, is_rows = true;

  void look_at(const FileLabels &labels, const RowsInTime &rows);
  bool counts_rows(const FileLabels &labels) const;
  double factor(const FileLabels &labels) const;  // of the numbers to those of the time column
};

struct RowStretch {
  size_t from = 0, to = 0;  // [from, to)
  const Mark *mark = nullptr;
};

// In the order of the label file. What has no length or no class is left out and said. Errors: kDataFormat
// naming the label file's line: an end before its beginning, or behind the recording's.
std::vector<RowStretch> place_marks(Intake &intake, const FileLabels &labels, const RowsInTime &rows,
                                    const ColumnFit &fit = {});

}  // namespace mote
