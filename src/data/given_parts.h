// Parts of a set as its authors divided it: "train", "val" or "test", by names of folders and files.
#pragma once

#include <string>
#include <vector>

#include "data/intake.h"

namespace mote {

// Of a folder: "Training", "test_set"; "": its name says nothing.
std::string part_of_folder(const std::string &name);
// Of a file, by the first or the last of its words: "train", "X_test", "val_3".
std::string part_of_stem(const std::string &stem);
std::string without_part(const std::string &stem);  // "walk_3_test" -> "walk_3", "train" -> ""

// Where names of these files, or of their folders, divide the set, their parts; and these words are taken out
// of what classes come from.
void find_parts(std::vector<FoundFile> &files, const fs::path &root);

}  // namespace mote
