// Callbacks of training that write files.
//
//   mote::train(model, data, {.callbacks = {mote::csv_log("training.csv"),
//   mote::checkpoint("checkpoints")}});
#pragma once

#include <string>

#include "mote/train.h"

namespace mote {

// One line per epoch, written as it ends: epoch, loss, accuracy (or mae), the same of validation, learning
// rate, seconds. Replaces the file. Errors: kIo.
Callback csv_log(const std::string &path);

// <folder>/last.mote after every epoch and <folder>/best.mote whenever early_stopping.monitor is best so far.
// A file is replaced as a whole, so that one written before stays usable whatever happens. Errors: kIo.
Callback checkpoint(const std::string &folder);

std::string history_csv(const std::vector<EpochRecord> &history);

}  // namespace mote
