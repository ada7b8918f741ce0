// What is known of the terminal that a command writes to: its width, whether it takes colours, and one line
// of it that is written over and over. Elsewhere (a pipe, a file) there is no width, no colour and no
// carriage return.
//
// Made narrower by base/terminal_lines.h; free of escape sequences of others by shown() (cli.h).
#pragma once

#include <cstddef>
#include <string>

namespace mote::cli {

enum class Stream { kOut = 1, kErr = 2 };

// Columns as they are now ($COLUMNS where it is set, else the terminal's own), 80 where nobody knows; 0: no
// terminal.
size_t columns_now(Stream stream);

// It can go back to the beginning of a line and clear it: a terminal, and not TERM=dumb.
bool can_overwrite(Stream stream);

// The word in a colour where standard error takes any: a terminal, unless $NO_COLOR or TERM=dumb says no;
// $CLICOLOR_FORCE says yes for a pipe. The word is there without its colour too.
enum class Paint { kError, kWarning };
std::string painted(Paint paint, const std::string &word);

// A line on standard error that stays one line: cut to the width that the terminal has now.
class StatusLine {
 public:
  ~StatusLine() { clear(); }
  void show(const std::string &line);
  void keep();   // the cursor goes below it
  void clear();  // as if it had never been there

 private:
  bool is_shown_ = false;
};

}  // namespace mote::cli
