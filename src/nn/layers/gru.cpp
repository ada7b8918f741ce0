#include "nn/layer.h"

namespace mote::nn {

const LayerDef &gru_layer() {
  static const LayerDef kLayer{
      "gru",
      "GRU",
      {},
      {{"units", int64_t{0}, "values of the state", {}, 1, 4096},
       {"return_sequences", int64_t{0}, "the state after every step, not only the last", {}, 0, 1},
       {"reset_after", int64_t{1}, "the reset gate acts behind the recurrent product", {}, 0, 1},
       kLayerInitializer,
       kLayerL1,
       kLayerL2},
      [](Graph &g, const std::string &name, const Attrs &a, int value) {
        Attrs attrs = a;
        attrs.erase("l1"), attrs.erase("l2");
        return g.add("gru", name, attrs, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
