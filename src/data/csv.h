// Tables of text: CSV and its relatives, as sensor sketches, phone apps, spreadsheets and data sets write
// them.
//
// Found in the wild and read: with and without header, also a header of numbers (0,1,2) or one in a comment;
// a row of units; comma, semicolon, tab or blanks; "sep=;"; decimal comma; a trailing comma; an index column
// without name; ';' at the end of each line; quotes; dates and times; the serial monitor's stamps; UTF-16;
// one or more blank lines, an all-empty row (",,,,,"), dashes or a repeated header between recordings; a
// blank line after every row; no separator at all; CRLF; a byte order mark; no newline at the end. Which
// column means what is not decided here: data/columns.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

enum class CellKind { kNumber, kText, kDate, kClock, kDateTime, kEmpty };

struct Table {
  std::vector<std::string> columns;  // from the header, or "c0", "c1", ...; of an unnamed one ""
  std::vector<CellKind> kinds;       // of each column
  std::vector<std::string> units;    // of each column, from a row of units; else empty
  bool has_header = false;
  struct Row {
    long line;
    bool starts_recording;
    std::vector<double> values;      // dates and times in seconds; 0 in columns of text
    std::vector<std::string> texts;  // only where there is a column of text, same length as columns
  };
  std::vector<Row> rows;
  std::vector<size_t> lost;       // of each bad row, how many rows stand before it
  std::vector<std::string> said;  // how it was read where that is not obvious
};

// How a table is written, as its beginning shows.
struct TableForm {
  char delimiter = ',';
  bool has_decimal_comma = false, has_line_ends = false;  // a ';' ends each line
  std::vector<std::string> header;                        // cells of its line; empty: it has none
  std::vector<std::string> columns, units;
  std::vector<CellKind> kinds;
  std::vector<bool> is_free;  // columns whose cells may be anything
  bool has_header = false, has_texts = false;
};

// A stretch of lines of a long table.
struct TableStretch {
  long lines_before = 0;          // of the file
  std::optional<TableForm> form;  // of the table; where it is not known yet, these lines decide and it is set
  // Of the row that follows, which may be the first of the next stretch:
  bool starts_recording = true;
  int blanks_before = 0;  // blank lines
};

struct TableOptions {
  std::vector<std::string> texts = {};    // may hold anything
  std::vector<std::string> only = {};     // if given, other columns may hold anything too
  std::vector<std::string> used = {};     // the same, of a table that has all of these
  std::vector<std::string> dropped = {};  // these as well
  bool judges_text = true;  // a column without numbers is one of text; else its cells are problems
};

// Bad rows go to `problems` (kError) and are left out; one cause in more than three rows is one finding with
// their number. Memory: some 40 bytes a cell at most. Errors: none beside std::bad_alloc.
Table parse_table(const std::string &bytes, const std::string &path, const TableOptions &options,
                  std::vector<Finding> &problems);
// The same of some whole lines of a table, of which only the first must have rows.
Table parse_table(const std::string &bytes, const std::string &path, const TableOptions &options,
                  std::vector<Finding> &problems, TableStretch &stretch);

// The same where every column but `text_columns` must hold numbers.
Table parse_csv(const std::string &bytes, const std::string &path,
                const std::vector<std::string> &text_columns, std::vector<Finding> &problems);

// The cells of a line. Quotes keep a delimiter and are taken away.
std::vector<std::string_view> cells_of(std::string_view line, char delimiter);

bool is_unit(std::string_view cell);  // "ms", "[g]": of a row of units below the header

// At most 40 characters of foreign text, for a message.
std::string printable(std::string_view text);

// "1, 2, 3 and 97 more"
std::string few_of(const std::vector<std::string> &names);

}  // namespace mote
