// What proposals are made from; the proposal itself: mote/project.h.
#pragma once

#include "mote/recordings.h"

namespace mote {

// The length at which recordings without separators seem to follow one another: it divides all their lengths
// and the values jump there, three times as far as elsewhere. 0: none.
int seams_of(const Recordings &recordings);

}  // namespace mote
