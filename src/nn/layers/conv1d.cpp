#include "nn/layer.h"
#include "nn/sequence.h"

namespace mote::nn {

const LayerDef &conv1d_layer() {
  static const LayerDef kLayer{"conv1d",
                               "Conv1D",
                               {},
                               {{"filters", int64_t{0}, "number of output channels", {}, 1, 1 << 16},
                                {"kernel", int64_t{3}, "rows seen at a time", {}, 1, 4096},
                                {"stride", int64_t{1}, "rows between outputs", {}, 1, 4096},
                                {"dilation", int64_t{1}, "rows between taps", {}, 1, 4096},
                                kLayerPadding1D,
                                kLayerActivation,
                                kLayerInitializer,
                                kLayerUseBias},
                               [](Graph &g, const std::string &name, const Attrs &a, int value) {
                                 value = pad_causal(g, name, a, to_image(g, "conv1d", name, value));
                                 Attrs attrs = window_1d(a);
                                 attrs["filters"] = a.at("filters");
                                 value = g.add("conv2d", name, attrs, {value});
                                 value = add_activation(g, name + "/" + a.text("activation"),
                                                        a.text("activation"), value);
                                 return to_sequence(g, name, value);
                               }};
  return kLayer;
}

}  // namespace mote::nn
