// Who or what a recording is of: a person, a speaker, a machine, as far as folders, columns and names say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mote/recordings.h"

namespace mote {

// Of each recording a number, -1 where nothing is said of it.
struct Subjects {
  std::string kind;  // "group" (folders, columns, data.group_in_name), "speaker"; "": nothing is known
  std::vector<std::string> names;  // each once
  std::vector<int> of;             // [recordings]
  size_t count() const { return names.size(); }
};

// Groups where there are several and they are more than other words for the classes; else the speakers that
// names of Speech Commands end in (HASH_nohash_N).
Subjects subjects_of(const Recordings &set);

// What else may be a person in the names of files: a word at one place of all names that comes with several
// classes ("7_jackson_32.wav"). Only a person can tell: it may be a hand, or a place. Kind "name".
Subjects guessed_subjects(const Recordings &set);

// The text that `{group}` stands for; nullopt where the pattern does not fit. `*` is any text, as short as
// goes. Time: linear in the name for each star.
std::optional<std::string> group_in(std::string_view pattern, std::string_view name);

// Gives the recordings the groups that names of files say (LoadOptions::group_in_name). Errors:
// kInvalidArgument of a pattern without one {group}, kDataFormat where none fits any name.
void name_groups(Recordings &set);

// The groups of windows that are cut one recording after the other.
class RecordingGroups {
 public:
  explicit RecordingGroups(const Recordings &set);
  void add(WindowGroups &groups, size_t recording);

 private:
  const Recordings &set_;
  Subjects subjects_;
  std::vector<int> number_of_;  // of subjects in the list that is filled; -1: none yet
  size_t last_ = SIZE_MAX;
  int last_number_ = -1;
};

}  // namespace mote
