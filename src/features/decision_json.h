// A decision rule to JSON and back, as a part of the preprocessing that it belongs to.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mote/decision_rule.h"

namespace mote {

nlohmann::json decision_json(const DecisionRule &rule);
// For windows of [window, channels]. Errors: kDataFormat naming the field that no device can follow.
DecisionRule decision_from(const nlohmann::json &j, int window, int channels);

}  // namespace mote
