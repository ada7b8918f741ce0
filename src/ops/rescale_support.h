// The integer layer that changes an int8 tensor's scale; what a ReLU that stands alone and a requantize
// share.
#pragma once

#include "graph/op_def.h"
#include "mote_runtime.h"

namespace mote::ops {

mote_rescale_s8_params rescale_params(const IntegerProgram &p, const ProgramLayer &l,
                                      TfActivation activation);
HostCall rescale_run(const mote_rescale_s8_params &params);
CCall rescale_call(const mote_rescale_s8_params &params);

}  // namespace mote::ops
