// Quantization, the last step of the fixed form: q = clamp(round((x - offset[i % period]) *
// gain[i % period]) + zero_point, -128, 127), halves away from zero. It is mote_front_end_f32 of runtime/.
#pragma once

#include "mote/preprocessing.h"
#include "mote/shape.h"

namespace mote {

PreprocessingStep quantization(std::vector<float> offset, std::vector<float> gain, int zero_point);

// Two tables of one length, which goes into windows of this shape.
bool has_period(const Shape &in, const std::vector<float> &a, const std::vector<float> &b);

}  // namespace mote
