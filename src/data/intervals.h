// A table beside the recordings that says which rows, or seconds, of which recording are of which class:
// labels.txt of data sets, marks of an annotation program.
#pragma once

#include <string>

#include "data/columns.h"
#include "data/label_book.h"

namespace mote {

// By the names of its columns, or without a header as its last three: class, first row, last row. What stands
// before them names the recording. Returns a sentence of how it was read. Errors: kDataFormat when it is no
// such table.
// `recording`: whose intervals they are where no column names any; "": one has to.
std::string read_intervals(const TableFile &table, LabelBook &book, const std::string &recording = "");

// "1:02.5" and "0:01:02.5" are 62.5 seconds; "62.5" too. NaN: it is neither.
double seconds_of(std::string_view text);

// "10:00:05" and "10:00.5", not "10:00", which may be of a day.
bool has_seconds_of_day(std::string_view text);

}  // namespace mote
