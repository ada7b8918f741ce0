// Tables of examples with their classes in a table beside them: X_train.txt, y_train.txt, subject_train.txt.
#pragma once

#include <vector>

#include "base/files.h"
#include "data/intake.h"

namespace mote {

// Of y_train.txt or subject_train.txt, the names that the table of its examples may have; empty: by its name
// it is no such companion.
std::vector<fs::path> examples_beside(const fs::path &companion);

// Whether the first lines of both are those of examples and of their classes, or persons: many cells beside
// one, two where the rows are numbered, words, a 1 among zeros, or nothing.
bool are_examples_with(const fs::path &examples, const fs::path &companion);
// On the disk: whether this is a companion of a table of examples.
bool is_text_companion(const fs::path &path);

// The table of classes beside this one; "": there is none.
fs::path labels_beside(const Intake &intake, const FoundFile &file);
void read_text_examples(Intake &intake, const FoundFile &file, const fs::path &labels);

}  // namespace mote
