// The integer layer that changes a tensor's scale or width; what a ReLU that stands alone and a requantize
// share.
#pragma once

#include "graph/op_def.h"
#include "mote_runtime.h"

namespace mote::ops {

struct Rescale {
  mote_rescale_params params;
  bool from_int16, to_int16;
};

Rescale rescale_params(const IntegerProgram &p, const ProgramLayer &l, FusedActivation activation);
HostCall rescale_run(const Rescale &rescale);
CCall rescale_call(const Rescale &rescale);
std::vector<CField> rescale_fields(const mote_rescale_params &params);

}  // namespace mote::ops
