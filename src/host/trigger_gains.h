// The gains of mote_trigger (runtime/mote_stream.h) that stand for an onset rule.
#pragma once

#include <vector>

#include "mote/decision_rule.h"

namespace mote {

// One per channel: a row at the threshold is MOTE_TRIGGER_LIMIT units loud.
std::vector<float> trigger_gains(const OnsetRule &onset);

}  // namespace mote
