// Pictures of windows that a run keeps, for its report: examples of each class, what the features make of
// them, and those that were answered wrongly.
#pragma once

#include <vector>

#include "mote/runs.h"
#include "report/document.h"

namespace mote {

// From golden.npy; none of a run without.
std::vector<DocPicture> example_pictures(const Run &run);
// Of these the features of one window of each class, by the float model's blocks; none without blocks, or
// where these give a list.
std::vector<DocPicture> feature_pictures(const Run &run);
// From wrong.npy, where that is of the models and the data of the run.
std::vector<DocPicture> wrong_pictures(const Run &run);

}  // namespace mote
