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

int pad_causal(Graph &g, const std::string &name, const Attrs &a, int image) {
  if (a.text("padding") != "causal") return image;
  const int64_t rows = int64_t{a.integer("kernel") - 1} * a.integer("dilation");
  if (rows == 0) return image;
  return g.add("pad", name + "/past",
               {{"before", std::vector<int64_t>{0, rows, 0}}, {"after", std::vector<int64_t>{0, 0, 0}}},
               {image});
}

Attrs window_1d(const Attrs &a) {
  const auto row = [&](const char *key) { return std::vector<int64_t>{1, a.integer(key)}; };
  const std::string padding = a.text("padding");
  return {{"kernel", row("kernel")},
          {"strides", row("stride")},
          {"dilation", row("dilation")},
          {"padding", padding == "causal" ? std::string("valid") : padding},
          {"initializer", a.at("initializer")},
          {"use_bias", a.at("use_bias")}};
}

int to_sequence(Graph &g, const std::string &name, int value) {
  const Shape &shape = g.value_shape(value);
  return g.add("reshape", name + "/sequence", {{"shape", std::vector<int64_t>{shape[1], shape[2]}}}, {value});
}

}  // namespace mote::nn
