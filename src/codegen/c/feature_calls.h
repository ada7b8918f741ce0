// Calls of feature blocks as C, and their parameters: of a whole window (front_end_source.cpp) and of a frame
// (stream_source.cpp).
#pragma once

#include <string>

#include "features/feature_call.h"
#include "features/feature_plan.h"

namespace mote {

// "step0": what the tables and parameters of a plan's step are called.
std::string step_name(size_t step);
// The parameters of a call under `name`, with the tables of `step`.
std::string step_params(const FeatureCall &call, const std::string &name, const std::string &step);
// A place of the plan: "raw", "work", "(work + 128)".
std::string feature_place(size_t at);
// The call of a planned step; `from` and `to`: where else than the plan says.
std::string step_call(const PlannedStep &s, const std::string &params, size_t block_work,
                      const std::string &from = "", const std::string &to = "");
// Of a step that is one of several chains': from there to its places among the joined rows.
std::string join_call(const PlannedStep &s, const std::string &from);

}  // namespace mote
