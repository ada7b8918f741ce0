// Plain records as JSON: one schema for --json, the files of a run and the report.
#pragma once

#include <nlohmann/json.hpp>

#include "mote/recordings.h"
#include "mote/device.h"
#include "mote/host_program.h"
#include "mote/explain.h"
#include "mote/evaluate.h"
#include "mote/train.h"

namespace mote {

nlohmann::json profile_json(const TrainingProfile &profile);
nlohmann::json profile_json(const Profile &profile);  // on a target
nlohmann::json history_json(const TrainedRun &run);
std::vector<EpochRecord> history_from(const nlohmann::json &json);
nlohmann::json evaluation_json(const Evaluation &evaluation);
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
std::string recordings_text(const Recordings &recordings, const std::vector<Finding> &findings);

std::string program_text(const IntegerProgram &program);  // the layer table of an int8 model

}  // namespace mote
