// The int8 tables of logistic and tanh differ only in their function and output scale.
#pragma once

#include "ops/lookup_support.h"

namespace mote::ops {

// Output scale 2^-output_bits and the given zero point. Source: TFLite's reference Logistic and Tanh.
Table saturating_table(const IntegerProgram &p, const ProgramLayer &l, int32_t (*function)(int32_t),
                       int output_bits, int output_zero_point);

// The int16 form: a routine on the interpolated table of 256 values; `largest_shift` is how far a
// power-of-two scale may lie above 2^-12. Output scale 2^-15. Source: TFLite's LogisticPrepare and
// TanhPrepare.
using SigmoidRoutine = void (*)(const int16_t *, int32_t, int32_t, int32_t, int16_t *);
WideCall wide_sigmoid(const IntegerProgram &p, const ProgramLayer &l, const std::string &name,
                      SigmoidRoutine routine, int largest_shift);
Tflite plain_tflite(int builtin_code, int version, int int16_version);

}  // namespace mote::ops
