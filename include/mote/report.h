// Reports: callbacks that write files while training, pictures, and records as JSON and text. One schema
// serves
// --json, the files of a run and the report.
//
// Uses nlohmann/json.
// Errors: kIo; kInvalidArgument for a picture with an ending other than .png and .svg.
// Ownership/Threads: values; a callback keeps its file's path and opens it for each epoch.
//
// Example:
//   mote::train(model, data, {.epochs = 2, .callbacks = {mote::csv_log("training.csv"),
//                                                        mote::checkpoint("checkpoints")}});
//   std::cout << mote::summary_json(mote::summarize(model)).dump(1) << "\n";
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mote/device.h"
#include "mote/evaluate.h"
#include "mote/explain.h"
#include "mote/layer.h"
#include "mote/program.h"
#include "mote/quantize.h"
#include "mote/recordings.h"
#include "mote/train.h"

namespace mote {

// One line per epoch, written as it ends: epoch, loss, accuracy (or mae), the same of validation, learning
// rate, seconds. Replaces the file. Errors: kIo.
Callback csv_log(const std::string &path);

// <folder>/last.mote after every epoch and <folder>/best.mote whenever early_stopping.monitor is best so far.
// A file is replaced as a whole, so that one written before stays usable whatever happens. Errors: kIo.
Callback checkpoint(const std::string &folder);

std::string history_csv(const std::vector<EpochRecord> &history);

// Training curves, confusion matrices and more, drawn once and kept as PNG and SVG.
struct Picture {
  std::string png, svg;
};
// What a file of that name holds, .png or .svg. Errors: kInvalidArgument for another ending.
const std::string &picture_bytes(const Picture &picture, const std::string &path);
// `is_narrow`: one panel above the other, for a phone.
Picture draw_history(const std::vector<EpochRecord> &history, int best_epoch, bool is_narrow = false);
Picture draw_confusion(const Evaluation &evaluation);
// Per layer: signal to noise, and the spread of its values and weights with the range of int8.
Picture draw_explanation(const Explanation &explanation);

// The memory plan: layers to the right, bytes of the buffer upwards, a box for each tensor's life.
Picture draw_plan(const Profile &profile);
// The same into a file, .png or .svg.
void draw_plan(const Profile &profile, const std::string &path);

nlohmann::json profile_json(const TrainingProfile &profile);
nlohmann::json profile_json(const Profile &profile);   // on a target
nlohmann::json forms_json(const ChosenForms &chosen);  // instructions in it are estimated, and it says so
nlohmann::json history_json(const TrainedRun &run);
std::vector<EpochRecord> history_from(const nlohmann::json &json);
nlohmann::json evaluation_json(const Evaluation &evaluation);
nlohmann::json difference_json(const AccuracyDifference &difference);
nlohmann::json summary_json(const Summary &summary);
nlohmann::json program_json(const IntegerProgram &program);  // layers, memory plan, bytes

nlohmann::json explanation_json(const Explanation &explanation);
nlohmann::json settings_json(const QuantizeSettings &settings);
QuantizeSettings settings_from(const nlohmann::json &json);

struct ClassOverview {
  std::string label;
  size_t recordings = 0, windows = 0;
  double seconds = 0;
  int shortest = 0, longest = 0;
  std::vector<float> low, high, mean;  // per channel; NaN left out
};
std::vector<ClassOverview> overview(const Recordings &recordings);
nlohmann::json recordings_json(const Recordings &recordings, const std::vector<Finding> &findings);
// "How the files were read:" and a line each; "" of none.
std::string reading_text(const std::vector<std::string> &reading);
std::string recordings_text(const Recordings &recordings, const std::vector<Finding> &findings);

std::string program_text(const IntegerProgram &program);  // the layer table of an int8 model

}  // namespace mote
