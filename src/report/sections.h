// The sections of a run's document, one function each; what a record lacks, its section lacks.
#pragma once

#include "report/html.h"

namespace mote {

std::vector<DocBlock> overview_blocks(const ReportInput &in);
DocSection pipeline_section(const ReportInput &in);
DocSection data_section(const ReportInput &in);
DocSection training_section(const ReportInput &in);
DocSection evaluation_section(const ReportInput &in);
DocSection folds_section(const ReportInput &in);
DocSection detector_section(const ReportInput &in);
DocSection replay_section(const ReportInput &in);
DocSection wrong_section(const ReportInput &in);
DocSection robustness_section(const ReportInput &in);
DocSection quantization_section(const ReportInput &in);
DocSection steps_section(const ReportInput &in);
DocSection model_section(const ReportInput &in);
DocSection device_section(const ReportInput &in);
DocSection made_section(const ReportInput &in);

// Records have null for a figure that is not finite.
double figure(const nlohmann::json &value);
std::string commas(const nlohmann::json &value);
std::string three_digits(const nlohmann::json &value);  // "4.93", but whole numbers whole: "1,163"
std::string percent(const nlohmann::json &share);       // "57.1", of 0.571; "?" of null
// "95 %: 86.1 - 98.6 over 5 groups, which are few"
std::string accuracy_interval(const nlohmann::json &evaluation);
// "95 %: 86.1 - 98.6", or that there is none.
std::string share_interval(const nlohmann::json &count);
double percent_found(const nlohmann::json &replay);
// The evaluations, or none.
const nlohmann::json &evaluations_of(const ReportInput &in);
// Others trained the model: there are neither its floats nor its recordings.
inline bool is_imported(const ReportInput &in) {
  return in.record.is_object() && in.record.contains("imported");
}

}  // namespace mote
