// What proposals are made from; the proposal itself: mote/project.h.
#pragma once

#include <map>

#include "base/files.h"
#include "mote/project.h"
#include "mote/recordings.h"

namespace mote {

// The length at which recordings without separators seem to follow one another: it divides all their lengths
// and the values jump there, three times as far as elsewhere; of its multiples, at which they jump as far,
// the shortest. 0: none.
struct Seams {
  int length = 0;
  int other = 0;  // a multiple that may be it as well, or 0
};
Seams seams_of(const Recordings &recordings);
// Whether recordings of `length` rows seem to follow one another in each of these: the lengths are multiples
// of it, some larger, and the values jump there.
bool are_strung_together(const Recordings &recordings, int length);

// The text of mote.toml for what was proposed (all of it but its own `toml`) of these recordings. Errors:
// kDataFormat where a name is not UTF-8.
std::string proposed_toml(const Proposal &proposal, const Recordings &recordings, const std::string &name,
                          bool is_autoencoder);

// What only a person can tell of the classes.
std::vector<std::string> class_questions(const Recordings &recordings, const LoadOptions &load);

bool are_sounds(const Recordings &recordings);
// Recordings of one file are of several classes: something in it or beside it says which.
bool have_mixed_files(const Recordings &recordings);

// Sets file_names where the names of the files are of two words, each of the first with each of the second;
// what to ask then, else "".
std::string propose_file_names(Proposal &proposal);

// What differs from file to file and can be brought to one: sets the option and says so; "": nothing (more).
// One may hide the other.
std::string bring_together(LoadOptions &options, const Recordings &set);
std::string fit_pictures(LoadOptions &options, const Recordings &set);

// The lines of `layers = [...]`: for images, lists of features, windows of `window` rows.
std::string proposed_layers(const Recordings &recordings, int window, bool is_autoencoder);

// The one of these files that says which rows of at least half of the others are of which class
// (data.intervals);
// "": none does. `join`: words of names that do not tell recordings apart.
fs::path intervals_among(const std::vector<fs::path> &files, const std::vector<std::string> &join);
// Of a table of two columns, a number and its name; empty: it is none.
std::map<double, std::string> class_names_in(const fs::path &path);

}  // namespace mote
