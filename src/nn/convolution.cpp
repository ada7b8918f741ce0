// The settings of all convolution layers, and what they add to a graph: the op, the activation behind it,
// for 1-D layers an image of height 1 around it, zeros in front for "causal".
//
// Separable ones are a depthwise and a pointwise op. Arithmetic and shapes are the ops' (ops/conv2d.cpp,
// ops/depthwise_conv2d.cpp).
#include "nn/convolution.h"

#include <fmt/format.h>

#include "base/error.h"
#include "nn/sequence.h"

namespace mote::nn {

const AttrSpec kFilters{"filters", int64_t{0}, "number of output channels", {}, 1, 1 << 16},
    kMultiplier{"multiplier", int64_t{1}, "filters per channel", {}, 1, 4096};

std::vector<AttrSpec> convolution_settings_1d(AttrSpec own) {
  return {std::move(own),
          {"kernel", int64_t{3}, "rows seen at a time", {}, 1, 4096},
          {"stride", int64_t{1}, "rows between outputs", {}, 1, 4096},
          {"dilation", int64_t{1}, "rows between taps", {}, 1, 4096},
          kLayerPadding1D,
          kLayerActivation,
          kLayerInitializer,
          kLayerUseBias,
          kLayerL1,
          kLayerL2};
}

std::vector<AttrSpec> convolution_settings_2d(AttrSpec own) {
  return {std::move(own),
          pair_spec("kernel", 3, "[height, width]", 1, 4096),
          pair_spec("stride", 1, "[vertical, horizontal]", 1, 4096),
          pair_spec("dilation", 1, "[vertical, horizontal]", 1, 4096),
          kLayerPadding2D,
          kLayerActivation,
          kLayerInitializer,
          kLayerUseBias,
          kLayerL1,
          kLayerL2};
}

std::vector<AttrSpec> with_multiplier(std::vector<AttrSpec> settings) {
  settings.push_back(kMultiplier);
  return settings;
}

std::vector<int64_t> pair_of(const std::string &where, const Attrs &attrs, const char *key) {
  const std::vector<int64_t> &list = attrs.list(key);
  if (list.size() == 1) return {list[0], list[0]};
  if (list.size() != 2)
    throw Error(ErrorCode::kInvalidArgument, where, fmt::format("{}: expected [vertical, horizontal]", key));
  return list;
}

AttrSpec pair_spec(const char *name, int64_t value, const char *doc, double low, double high) {
  return {name, std::vector<int64_t>{value, value}, doc, {}, low, high};
}

// The settings that the ops share.
static Attrs window(const std::string &where, const Attrs &a, bool is_2d) {
  const auto pair = [&](const char *key) {
    return is_2d ? pair_of(where, a, key) : std::vector<int64_t>{1, a.integer(key)};
  };
  const std::string padding = a.text("padding");
  return {
      {"kernel", pair("kernel")},           {"strides", pair("stride")},
      {"dilation", pair("dilation")},       {"padding", padding == "causal" ? std::string("valid") : padding},
      {"initializer", a.at("initializer")}, {"use_bias", a.at("use_bias")}};
}

static int activated(Graph &g, const std::string &name, const Attrs &a, int value) {
  return add_activation(g, name + "/" + a.text("activation"), a.text("activation"), value);
}

static int convolved(Graph &g, const Convolution &c, const std::string &name, const Attrs &a, int value,
                     bool is_2d) {
  Attrs attrs = window(in_layer(c.type, name), a, is_2d);
  attrs[c.size] = a.at(c.size);
  return activated(g, name, a, g.add(c.op, name, attrs, {value}));
}

static int separated(Graph &g, const std::string &type, const std::string &name, const Attrs &a, int value,
                     bool is_2d) {
  Attrs attrs = window(in_layer(type, name), a, is_2d);
  attrs["multiplier"] = a.at("multiplier");
  attrs["use_bias"] = int64_t{0};
  value = g.add("depthwise_conv2d", name + "/depthwise", attrs, {value});
  value = g.add(
      "conv2d", name,
      {{"filters", a.at("filters")}, {"initializer", a.at("initializer")}, {"use_bias", a.at("use_bias")}},
      {value});
  return activated(g, name, a, value);
}

// (time, channels) as an image of height 1; for "causal" with zeros in front, so that no output sees rows
// behind its own.
static int as_image(Graph &g, const std::string &type, const std::string &name, const Attrs &a, int value) {
  value = to_image(g, type, name, value);
  const int64_t rows = int64_t{a.integer("kernel") - 1} * a.integer("dilation");
  if (a.text("padding") != "causal" || rows == 0) return value;
  return g.add("pad", name + "/past",
               {{"before", std::vector<int64_t>{0, rows, 0}}, {"after", std::vector<int64_t>{0, 0, 0}}},
               {value});
}

int add_convolution_2d(Graph &g, const Convolution &c, const std::string &name, const Attrs &a, int value) {
  return convolved(g, c, name, a, value, true);
}
int add_convolution_1d(Graph &g, const Convolution &c, const std::string &name, const Attrs &a, int value) {
  return to_sequence(g, name, convolved(g, c, name, a, as_image(g, c.type, name, a, value), false));
}
int add_separable_2d(Graph &g, const std::string &name, const Attrs &a, int value) {
  return separated(g, "separable_conv2d", name, a, value, true);
}
int add_separable_1d(Graph &g, const std::string &name, const Attrs &a, int value) {
  const std::string type = "separable_conv1d";
  return to_sequence(g, name, separated(g, type, name, a, as_image(g, type, name, a, value), false));
}

}  // namespace mote::nn
