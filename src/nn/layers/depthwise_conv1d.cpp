#include "nn/layer.h"
#include "nn/sequence.h"

namespace mote::nn {

const LayerDef &depthwise_conv1d_layer() {
  static const LayerDef kLayer{"depthwise_conv1d",
                               "DepthwiseConv1D",
                               {},
                               {{"multiplier", int64_t{1}, "filters per channel", {}, 1, 4096},
                                {"kernel", int64_t{3}, "rows seen at a time", {}, 1, 4096},
                                {"stride", int64_t{1}, "rows between outputs", {}, 1, 4096},
                                {"dilation", int64_t{1}, "rows between taps", {}, 1, 4096},
                                kLayerPadding1D,
                                kLayerActivation,
                                kLayerInitializer,
                                kLayerUseBias},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 value = pad_causal(g, name, a, to_image(g, "depthwise_conv1d", name, value));
                                 Attrs attrs = window_1d(a);
                                 attrs["multiplier"] = a.at("multiplier");
                                 value = g.add("depthwise_conv2d", name, attrs, {value});
                                 value = add_activation(g, name + "/" + a.text("activation"),
                                                        a.text("activation"), value);
                                 return to_sequence(g, name, value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
