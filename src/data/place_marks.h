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
  bool is_even = false;                // a sound, or what is like one: it has no time column
};

struct RowStretch {
  size_t from = 0, to = 0;  // [from, to)
  const Mark *mark = nullptr;
};

// In the order of the label file. What has no length or no class is left out and said. Errors: kDataFormat
// naming the label file's line: an end before its beginning, or behind the recording's.
std::vector<RowStretch> place_marks(Intake &intake, const FileLabels &labels, const RowsInTime &rows);

}  // namespace mote
