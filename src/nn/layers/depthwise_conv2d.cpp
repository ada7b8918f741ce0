#include "base/error.h"
#include "nn/layer.h"
#include "nn/pairs.h"

namespace mote::nn {

const LayerDef &depthwise_conv2d_layer() {
  static const LayerDef kLayer{"depthwise_conv2d",
                               "DepthwiseConv2D",
                               {},
                               {{"multiplier", int64_t{1}, "filters per channel", {}, 1, 4096},
                                pair_spec("kernel", 3, "[height, width]", 1, 4096),
                                pair_spec("stride", 1, "[vertical, horizontal]", 1, 4096),
                                pair_spec("dilation", 1, "[vertical, horizontal]", 1, 4096),
                                kLayerPadding,
                                kLayerActivation,
                                kLayerInitializer,
                                kLayerUseBias},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 const std::string where = in_layer("depthwise_conv2d", name);
                                 value = g.add("depthwise_conv2d", name,
                                               {{"multiplier", a.at("multiplier")},
                                                {"kernel", pair_of(where, a, "kernel")},
                                                {"strides", pair_of(where, a, "stride")},
                                                {"dilation", pair_of(where, a, "dilation")},
                                                {"padding", a.at("padding")},
                                                {"initializer", a.at("initializer")},
                                                {"use_bias", a.at("use_bias")}},
                                               {value});
                                 return add_activation(g, name + "/" + a.text("activation"),
                                                       a.text("activation"), value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
