// What ops with a weight matrix share: the initializer setting and the check of foreign weight scales.
#pragma once

#include "graph/op_def.h"

namespace mote::ops {

const NameTable<Init> &initializer_names();
extern const AttrSpec kInitializerAttr, kUseBiasAttr;
bool has_bias(const Attrs &attrs);
Init initializer_of(const Attrs &attrs);

// Weights must be symmetric (zero point 0) with one scale, or one per output channel along axis 0.
void check_weight_scales(const ProgramLayer &layer, const ProgramTensor &weights, size_t channels,
                         int axis = 0);

}  // namespace mote::ops
