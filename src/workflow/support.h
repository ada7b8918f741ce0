// What steps that make a run share.
#pragma once

#include <string>
#include <vector>

#include "mote/preprocessing.h"
#include "mote/recordings.h"
#include "mote/report.h"

namespace mote {

// A picture that says inside which model and data it is of: a comment of the SVG, a text chunk of the PNG.
Picture signed_picture(const Picture &picture, const std::string &model_digest,
                       const std::string &data_digest);
bool is_signed(const std::string &svg, const std::string &model_digest, const std::string &data_digest);

// Recordings for a model that was trained on others: with its window, and its channels in its order. `load`
// says how the files are read, as the project of the model has it; data.files, data.exclude and data.labels
// of it are not those of other recordings and do not count. Classes are as the files have them: which of them
// the model knows is the caller's affair. `notes` are sentences of what was adapted and of what does not look
// like the training windows: order of the channels, rate, range. Errors: as load_recordings(); kDataFormat
// when channels of the model are missing, naming these and what is there instead, and for images of another
// size.
Recordings load_for_model(const Preprocessing &model, const LoadOptions &load, const std::string &path,
                          std::vector<std::string> &notes);

// The parts of it, for recordings that were read otherwise.
void take_channels_of(const Preprocessing &model, Recordings &recordings, const std::string &path,
                      std::vector<std::string> &notes);
void compare_with_training(const Preprocessing &model, const Recordings &recordings,
                           std::vector<std::string> &notes);

}  // namespace mote
