// Windows of recordings as the device with a trigger cuts them.
#pragma once

#include <vector>

#include "mote/decision_rule.h"
#include "mote/recordings.h"

namespace mote {

// As Recordings::windows_of(), but under a trigger a recording of one and a half windows or more, which holds
// rest beside its event, gives those windows that the onset opens. One in which no onset is heard gives none;
// where none of its class is heard, those at every stride. Recordings of rest have no onset.
Dataset device_windows(const Recordings &recordings, const std::vector<size_t> &which,
                       const DecisionRule &rule);

// The three parts anew.
void cut_as_device(Splits &splits, const Recordings &recordings, const DecisionRule &rule);

}  // namespace mote
