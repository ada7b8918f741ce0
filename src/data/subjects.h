// Who or what a recording is of: a person, a speaker, a machine, as far as folders, columns and names say.
#pragma once

#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

// Of each recording a number, -1 where nothing is said of it.
struct Subjects {
  std::string kind;  // "group" (folders, columns, data.file_names), "speaker"; "": nothing is known
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
