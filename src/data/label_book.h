// LabelBook: what label files say of recordings: the class of the whole one, or which stretch of it is of
// which.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"

namespace mote {

// What the numbers of marks count.
enum class MarkUnit {
  kRows,     // the last one is included
  kPlain,    // the file does not say: seconds of a sound, rows of a table
  kSeconds,  // from the beginning of the recording
  kColumn,   // seconds of a sound; of a table its time column, or rows where it has none
  kClock,    // a time of day where the time column of a table is one; else kSeconds
};

struct Mark {
  double from = 0, to = 0;
  std::string label, group;  // group: "" where the file has none
  long line = 0;             // of the label file; 0: it has no lines
};

struct FileLabels {
  std::string path;                  // of the label file
  std::optional<std::string> label;  // of the whole recording; "": it has none
  std::string part;                  // "train" or "test", or ""
  std::vector<Mark> marks;
  MarkUnit unit = MarkUnit::kPlain;
  int base = 0;                 // of the first row, where rows are counted
  bool has_groups = false;      // in the marks
  bool is_text = false;         // its moments are dates or clock times, which are no rows
  bool has_seconds = false;     // in clock times: "10:00:00", not "10:00"
  bool may_count_rows = false;  // where the time column does not hold what kColumn counts
  std::string also = "";        // another name of it in the book
};

class LabelBook {
 public:
  // The entry of a recording as a label file calls it: with folders and ending, or without.
  FileLabels &entry(const std::string &name);
  // One of the recordings that there are; without these, any may be.
  void know(const fs::path &recording);
  bool knows(const std::string &file_name) const { return recordings_of_name_.count(file_name) > 0; }
  // From now on a recording is found by this name too.
  void add_alias(const std::string &alias, const std::string &name);
  // Names are so many numbers with '/' between: "7/2" is exp07_user02.
  void match_numbers(size_t count) { numbers_ = count; }

  // By the end of its path, the longest first, with and without its ending; nullptr: there is none.
  const FileLabels *find(const fs::path &recording) const;

  bool is_empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  // Names that find() was never asked for.
  std::vector<std::string> unknown() const;
  // Names without a folder of which find() found recordings in several folders, and these.
  std::map<std::string, std::vector<std::string>> ambiguous() const;

 private:
  using Entries = std::map<std::string, FileLabels>;
  Entries::const_iterator named(const std::string &name) const;
  Entries::const_iterator by_path(const fs::path &recording) const;
  Entries::const_iterator by_numbers(const fs::path &recording) const;

  Entries entries_;
  std::map<std::string, std::string> aliases_, names_of_file_;  // file name -> entry; "": of several
  std::map<std::string, size_t> recordings_of_name_;
  mutable std::map<std::string, std::set<std::string>> was_found_;  // by which recordings
  size_t numbers_ = 0;
};

}  // namespace mote
