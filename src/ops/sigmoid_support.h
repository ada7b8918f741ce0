// The int8 tables of logistic and tanh differ only in their function and output scale.
#pragma once

#include "ops/lookup_support.h"

namespace mote::ops {

// Output scale 2^-output_bits and the given zero point. Source: TFLite's reference Logistic and Tanh.
Table saturating_table(const IntegerProgram &p, const ProgramLayer &l, int32_t (*function)(int32_t),
                       int output_bits, int output_zero_point);
Tflite plain_tflite(int builtin_code, int version);

}  // namespace mote::ops
