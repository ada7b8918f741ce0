// 1-D layers run on the 2-D ops with a height of one: (T, C) <-> (1, T, C).
#pragma once

#include <string>

#include "graph/graph.h"

namespace mote::nn {

// Errors: kShape when the value is not (time, channels).
int to_image(Graph &graph, const std::string &type, const std::string &name, int value);
// "causal" padding: zeros in front so that no output sees rows behind its own. `attrs` of a 1-D convolution.
int pad_causal(Graph &graph, const std::string &name, const Attrs &attrs, int image);
// Kernel, strides, dilation, padding, initializer and use_bias of a 1-D convolution as those of its 2-D op.
Attrs window_1d(const Attrs &attrs);
int to_sequence(Graph &graph, const std::string &name, int value);

}  // namespace mote::nn
