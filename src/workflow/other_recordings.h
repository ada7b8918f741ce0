// Recordings that a model was not made from: the one place where predict, run and evaluate --data read them.
#pragma once

#include <string>
#include <vector>

#include "mote/files.h"
#include "mote/recordings.h"

namespace mote {

// Settings with which a model's own recordings were read, without what names files of data.path; of a model
// file alone the defaults.
LoadOptions options_for(const Project *project);

// Reads a file or folder for this model, with its window. `uses_labels` is false where the files' classes do
// not matter. What is odd about the files becomes notes. Errors: as load_recordings; kDataFormat for other
// channels, other sizes of images, and values that are no numbers.
Recordings load_for_model(const AnyModel &model, LoadOptions options, const std::string &path,
                          bool uses_labels, std::vector<std::string> &notes);

// The preprocessing of either kind, with the window of one example; 0: as long as the recording.
Preprocessing preprocessing_of(const AnyModel &model);
const std::vector<std::string> &labels_of(const AnyModel &model);

}  // namespace mote
