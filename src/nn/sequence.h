// 1-D layers run on the 2-D ops with a height of one: (T, C) <-> (1, T, C).
#pragma once

#include <string>

#include "mote/model.h"

namespace mote::nn {

// Errors: kShape when the value is not (time, channels).
int to_image(Graph &graph, const std::string &type, const std::string &name, int value);
int to_sequence(Graph &graph, const std::string &name, int value);

}  // namespace mote::nn
