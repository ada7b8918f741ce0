// Adjustments of a folded float graph before it is quantized: they change what the int8 model gives, not (or
// hardly) what the float model gives.
#pragma once

#include "mote/dataset.h"
#include "mote/model.h"
#include "quant/lower.h"

namespace mote {

// Cross-layer equalization. Where one weighted layer reads another through nothing but ops that commute with
// positive factors (ReLU, pooling, views), channel c between them is divided by a factor in the first layer
// and multiplied by it in the second, until the weights of both sides are as large. Returns the number of
// pairs. Source: Nagel et al. 2019, section 4.1.
int equalize(Graph &graph);

// Bias correction: rounding the weights of a layer moves the mean of each output channel; the biases take
// that back. Means are those of the examples. `lowerer` is one of the model. Source: Nagel et al. 2019,
// section 4.2.
void correct_biases(Model &model, const Dataset &examples, const Lowerer &lowerer);

// The kernel of a node as its integer layer has it, in the order of the graph. Of an op that takes a channel
// affine.
std::vector<float> rounded_weights(const Lowerer &lowerer, const Graph &graph, int node);

}  // namespace mote
