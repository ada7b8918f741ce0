// The settings and the node that SimpleRNN, GRU and LSTM share; the layer of each is the op of the same
// name.
//
// Cells and their gates: ops/recurrent_support.cpp and the three ops.
#include "nn/recurrent.h"

namespace mote::nn {

LayerDef recurrent_layer(const std::string &type, const std::string &display, std::vector<AttrSpec> own) {
  std::vector<AttrSpec> settings = {
      {"units", int64_t{0}, "values of the state", {}, 1, 4096},
      {"return_sequences", int64_t{0}, "the state after every step, not only the last", {}, 0, 1},
      kLayerInitializer,
      kLayerL1,
      kLayerL2};
  settings.insert(settings.end(), own.begin(), own.end());
  return {type, display, {}, settings, [type](Graph &g, const std::string &name, const Attrs &a, int value) {
            Attrs attrs = a;
            attrs.erase("l1");
            attrs.erase("l2");  // of training, not of the op
            return g.add(type, name, attrs, {value});
          }};
}

}  // namespace mote::nn
