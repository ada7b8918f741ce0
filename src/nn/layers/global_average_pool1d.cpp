// The mean over time of each channel: one average pool as wide as the sequence, then its channels as a
// vector.
//
// An average pool because that is what microcontrollers have fast; the op "mean" serves foreign .tflite
// files.
#include "nn/layer.h"
#include "nn/sequence.h"

namespace mote::nn {

const LayerDef &global_average_pool1d_layer() {
  static const LayerDef kLayer{
      "global_average_pool1d",
      "GlobalAveragePool1D",
      {"global_average_pooling1d", "global_avg_pool1d"},
      {},
      [](Graph &g, const std::string &name, const Attrs &, int value) {
        value = to_image(g, "global_average_pool1d", name, value);
        const std::vector<int64_t> all{1, g.value_shape(value)[1]};
        value = g.add("avg_pool2d", name, {{"pool", all}, {"strides", all}}, {value});
        return g.add("reshape", name + "/flat", {{"shape", std::vector<int64_t>{-1}}}, {value});
      }};
  return kLayer;
}

}  // namespace mote::nn
