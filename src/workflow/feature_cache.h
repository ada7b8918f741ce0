// Features that a project keeps between its commands, in PROJECT/.mote: who may compute them, and who only
// reads.
#pragma once

#include "mote/workflow.h"

namespace mote {

// For a training. Returns why they are not kept, or "".
std::string keep_features_of(const Project &project, const Model &model, Splits &splits,
                             const TrainOptions &options);
// For what looks at some of the windows: features that a training left, or none.
void use_kept_features(const Project &project, const Model &model, Splits &splits);

}  // namespace mote
