#include "base/error.h"
#include "nn/layer.h"
#include "nn/pairs.h"

namespace mote::nn {

const LayerDef &separable_conv2d_layer() {
  static const LayerDef kLayer{"separable_conv2d",
                               "SeparableConv2D",
                               {},
                               {{"filters", int64_t{0}, "number of output channels", {}, 1, 1 << 16},
                                {"multiplier", int64_t{1}, "depthwise filters per channel", {}, 1, 4096},
                                pair_spec("kernel", 3, "[height, width]", 1, 4096),
                                pair_spec("stride", 1, "[vertical, horizontal]", 1, 4096),
                                pair_spec("dilation", 1, "[vertical, horizontal]", 1, 4096),
                                kLayerPadding,
                                kLayerActivation,
                                kLayerInitializer,
                                kLayerUseBias},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 const std::string where = in_layer("separable_conv2d", name);
                                 // as in Keras only the pointwise part has a bias
                                 value = g.add("depthwise_conv2d", name + "/depthwise",
                                               {{"multiplier", a.at("multiplier")},
                                                {"kernel", pair_of(where, a, "kernel")},
                                                {"strides", pair_of(where, a, "stride")},
                                                {"dilation", pair_of(where, a, "dilation")},
                                                {"padding", a.at("padding")},
                                                {"initializer", a.at("initializer")},
                                                {"use_bias", int64_t{0}}},
                                               {value});
                                 value = g.add("conv2d", name,
                                               {{"filters", a.at("filters")},
                                                {"initializer", a.at("initializer")},
                                                {"use_bias", a.at("use_bias")}},
                                               {value});
                                 return add_activation(g, name + "/" + a.text("activation"),
                                                       a.text("activation"), value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
