// Recordings that a model was not made from: the one place where predict, run and evaluate --data read them.
#pragma once

#include <string>
#include <vector>

#include "mote/files.h"
#include "mote/project.h"
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

// What makes recordings those of a model that was trained on others: its channels, by name and in its order.
// `notes` get a sentence of what was adapted. Errors: kDataFormat when channels of the model are missing,
// naming these and what is there instead.
void take_channels_of(const Preprocessing &model, Recordings &recordings, const std::string &path,
                      std::vector<std::string> &notes);
// Whether the names that the model knows are missing, so that take_channels_of() would refuse.
bool lacks_channels_of(const Preprocessing &model, const Recordings &recordings);
// Sentences of what does not look like the training windows: rate, range, a channel at rest.
void compare_with_training(const Preprocessing &model, const Recordings &recordings,
                           std::vector<std::string> &notes);

// The preprocessing of either kind, with the window of one example; 0: as long as the recording.
Preprocessing preprocessing_of(const AnyModel &model);
const std::vector<std::string> &labels_of(const AnyModel &model);

}  // namespace mote
