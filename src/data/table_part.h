// TablePart: a part of a table that is longer than what is to be in memory, and what the parts before it
// leave behind for it.
//
// What a table is, is decided on its first part: how it is written, what its columns mean, whether its rows
// are examples. The clock, and where recordings begin, go on over the borders as if there were none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/clock_course.h"
#include "data/columns.h"
#include "mote/recordings.h"

namespace mote {

struct TablePart {
  std::string bytes;  // whole lines
  TableStretch stretch;
  std::optional<ColumnRoles> roles;
  std::optional<std::vector<int>> example_labels;  // as example_labels() of cut_tables.cpp
  ClockCourse clock;
  std::vector<std::string> marks;  // of the last row: cells whose change begins a recording
  bool is_first = true;
  bool goes_on = false;  // its first recording is the last one of the part before it
};

// Reads a part of a table as if the file had no other rows: a part that holds no row is no error. Errors: as
// load_recordings.
Recordings load_part(const std::string &path, const LoadOptions &options, TablePart &part);

// Whether this file is one that can be read in parts.
bool has_parts(const std::string &path, const LoadOptions &options);

}  // namespace mote
