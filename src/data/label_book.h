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

// Whether it gives the recording a class, or stretches of it.
bool says_something(const FileLabels &labels);
bool say_the_same(const FileLabels &a, const FileLabels &b);

class LabelBook {
 public:
  // What a label file says of a recording that it calls so: with folders and ending, or without.
  FileLabels &entry(const std::string &name, const std::string &label_path);
  // One of the recordings that there are; without these, any may be.
  void know(const fs::path &recording);
  bool knows(const std::string &file_name) const { return recordings_of_name_.count(file_name) > 0; }
  // From now on a recording is found by this name too.
  void add_alias(const std::string &alias, const std::string &name);
  // Names are so many numbers with '/' between: "7/2" is exp07_user02.
  void match_numbers(size_t count) { numbers_ = count; }

  // By the end of its path, the longest first, with and without its ending; nullptr: there is none.
  const FileLabels *find(const fs::path &recording) const;
  // What another label file says of the recording that `labels` are of, and not the same; nullptr: none does.
  const FileLabels *against(const fs::path &recording, const FileLabels &labels) const;
  // "train" and "test" as label files say, each with one that does.
  std::map<std::string, std::string> parts_of(const fs::path &recording) const;

  bool is_empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  struct Told {
    std::string name, label_path;
  };
  // Of recordings that there are not.
  std::vector<Told> unknown() const;
  // Of recordings of which find() took what another name says, and not the same.
  std::vector<Told> unused() const;
  // Names without a folder of which find() found recordings in several folders, and these.
  std::map<std::string, std::vector<std::string>> ambiguous() const;
  std::string label_path_of(const std::string &name) const { return entries_.at(name).begin()->first; }

 private:
  using Entries = std::map<std::string, std::map<std::string, FileLabels>>;  // by name, by label file
  using Places = std::vector<Entries::const_iterator>;
  Entries::const_iterator named(const std::string &name) const;
  Places all_of(const fs::path &recording) const;  // each once
  void add_by_file_name(const fs::path &recording, Places &places) const;
  Entries::const_iterator by_numbers(const fs::path &recording) const;
  bool can_only_mean(Entries::const_iterator entry, const fs::path &recording) const;
  void note_unused(const Places &places, Entries::const_iterator taken, const FileLabels &labels) const;

  Entries entries_;
  std::map<std::string, std::string> aliases_;
  std::map<std::string, std::vector<Told>> names_of_file_, recordings_of_name_;  // by the name of a file
  mutable std::map<std::string, std::set<std::string>> was_found_;               // by which recordings
  mutable std::set<std::string> was_unused_;
  struct Meant {
    std::string recording;
    bool is_several = false;
  };
  mutable std::map<std::string, std::map<std::string, Meant>> meant_;  // by the name of a file, by entry
  size_t numbers_ = 0;
};

}  // namespace mote
