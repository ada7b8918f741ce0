// What ops with a weight matrix share: the initializer setting and the check of foreign weight scales.
#pragma once

#include "graph/op_def.h"

namespace mote::ops {

const NameTable<Init> &initializer_names();
extern const AttrSpec kInitializerAttr, kUseBiasAttr;
bool has_bias(const Attrs &attrs);
Init initializer_of(const Attrs &attrs);
// Zeros as in Keras, unless the weights start as in PyTorch, which draws the bias in the same bounds.
ParamSpec bias_spec(const Attrs &attrs, int channels, int fan_in);

// Weights must be symmetric (zero point 0) with one scale, or one per output channel along axis 0.
void check_weight_scales(const ProgramLayer &layer, const ProgramTensor &weights, size_t channels,
                         int axis = 0);

}  // namespace mote::ops
