// Adjustments of a folded float graph before it is quantized: they change what the int8 model gives, not (or
// hardly) what the float model gives.
#pragma once

#include "mote/dataset.h"
#include "mote/model.h"

namespace mote {

// Cross-layer equalization. Where one weighted layer reads another through nothing but ops that commute with
// positive factors (ReLU, pooling, views), channel c between them is divided by a factor in the first layer
// and multiplied by it in the second, until the weights of both sides are as large. Returns the number of
// pairs. Source: Nagel et al. 2019, section 4.1.
int equalize(Graph &graph);

// Bias correction: rounding the weights of a layer moves the mean of each output channel; the biases take
// that back. Means are those of the examples. Source: Nagel et al. 2019, section 4.2.
void correct_biases(Model &model, const Dataset &examples, bool has_dense_per_tensor);

// The weights of a node as int8 represents them, output channels last as in the graph.
std::vector<float> rounded_weights(const std::vector<float> &kernel, size_t channels, bool is_per_tensor);

}  // namespace mote
