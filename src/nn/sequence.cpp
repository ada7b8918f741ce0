// Between sequences (T, C) and images (1, T, C): 1-D layers run on the 2-D ops, so a kernel is written
// once.
//
// Both are the op "reshape", which moves nothing in a deployed model.
#include "nn/sequence.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote::nn {

int to_image(Graph &g, const std::string &type, const std::string &name, int value) {
  const Shape &shape = g.value_shape(value);
  if (shape.rank() != 2)
    throw Error(ErrorCode::kShape, in_layer(type, name),
                fmt::format("input {}: expected (time, channels)", shape.text()),
                "use a Reshape layer, or put this layer before Flatten");
  return g.add("reshape", name + "/image", {{"shape", std::vector<int64_t>{1, shape[0], shape[1]}}}, {value});
}

int to_sequence(Graph &g, const std::string &name, int value) {
  const Shape &shape = g.value_shape(value);
  return g.add("reshape", name + "/sequence", {{"shape", std::vector<int64_t>{shape[1], shape[2]}}}, {value});
}

}  // namespace mote::nn
