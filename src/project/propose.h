// A mote.toml for files as they lie on a disk: what they seem to be, with the reasons, and what only their
// owner knows.
#pragma once

#include <string>
#include <vector>

#include "data/recordings.h"

namespace mote {

struct Proposal {
  std::string toml;                    // reads as a project
  std::vector<std::string> decisions;  // in words, as in its comments
  std::vector<std::string> questions;  // what the files do not say
  LoadOptions load;
  std::string data_path;
  // What is read with it.
  size_t recordings = 0;
  std::vector<std::string> labels, channels;
  double rate_hz = 0;
};

// Looks at files and folders where they are; copies nothing. Errors: kNotFound; kDataFormat when nothing is
// read.
Proposal propose_project(const std::vector<std::string> &files, const std::string &name);

// The length at which recordings without separators seem to follow one another: it divides all their lengths
// and the values jump there, three times as far as elsewhere. 0: none.
int seams_of(const Recordings &recordings);

}  // namespace mote
