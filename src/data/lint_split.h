// Parts of lint_split(): each looks at the recordings and where they went, and adds what it finds.
#pragma once

#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

// Recordings with their parts; of those that no part has, nothing is said.
struct DividedSet {
  const Recordings &set;
  const Parts &parts;  // [recordings]

  bool is_used(size_t i) const { return parts[i] != '-'; }
  bool are_apart(size_t i, size_t j) const { return is_used(i) && is_used(j) && parts[i] != parts[j]; }
  bool is_image() const { return set.image_height > 0; }
  bool is_sound() const;
  std::string place(size_t i) const;  // "a.csv:12"
};

// The places of these recordings, each once, and the finding's message with how many there are and the first
// of them behind it.
Finding finding_of(const DividedSet &d, Severity severity, const std::string &kind, std::vector<size_t> which,
                   const std::string &message, const std::string &remedy);

// The same recording twice, or nearly: with another level, offset or rate, a little noise.
void lint_copies(const DividedSet &d, std::vector<Finding> &findings);
// Stretches that two recordings share, and recordings that go on from each other in one file, on two sides.
void lint_overlap(const DividedSet &d, std::vector<Finding> &findings);
// What tells the class and is no signal: format, quality and rate of files, padding, level, the order of
// names.
void lint_tells(const DividedSet &d, std::vector<Finding> &findings);
// Sounds that are silent, clipped, or lie beside zero.
void lint_sounds(const DividedSet &d, std::vector<Finding> &findings);
// What the test part can claim: its size, and whether values were normalized with it.
void lint_claims(const DividedSet &d, std::vector<Finding> &findings);

}  // namespace mote
