// CSV files as sensor sketches print them.
//
// Found in the wild and read: with and without header; comma, semicolon, tab or blanks; one or more blank
// lines, an all-empty row (",,,,,") or a repeated header between recordings; a blank line after every row; no
// separator at all; CRLF; a UTF-8 byte order mark; no newline at the end.
#pragma once

#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

struct Table {
  std::vector<std::string> columns;  // from the header, or "c0", "c1", ...
  bool has_header = false;
  struct Row {
    long line;
    bool starts_recording;
    std::vector<double> values;
    std::vector<std::string> texts;  // only when a text column is wanted, same length as columns
  };
  std::vector<Row> rows;
};

// `text_columns` may hold anything. Bad rows go to `problems` (kError) and are left out.
Table parse_csv(const std::string &bytes, const std::string &path,
                const std::vector<std::string> &text_columns, std::vector<Finding> &problems);

}  // namespace mote
