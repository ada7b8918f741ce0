// The integer form of the GRU: how it is quantized, bound to the runtime and written as standard operators.
#pragma once

#include "graph/op_def.h"
#include "mote_runtime.h"
#include "ops/integer_support.h"

namespace mote::ops {

// Layer inputs: x [N, T, C] int8; kernel [3U, C] and recurrent_kernel [3U, U] int8 per row, each followed by
// its int32 bias. Outputs: y int8, and scratch [3U] int16.
struct GruProgram {
  mote_gru_s8_params params;
  const ProgramTensor *kernel, *bias, *recurrent_kernel, *recurrent_bias;
  ChannelMultipliers input, recurrent;
};

void lower_gru(Lowering &lowering);
GruProgram prepare_gru(const IntegerProgram &p, const ProgramLayer &l);
std::vector<ProgramLayer> gru_standard_form(IntegerProgram &p, const ProgramLayer &l);

}  // namespace mote::ops
